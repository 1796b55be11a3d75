import Foundation
import Testing

@Suite("symbolic")
struct SymbolicCommandTests {
  /// Half axes in those of the Earth, and periods in days that are a thousandth off.
  private static let planets = [0.39, 0.72, 1, 1.52, 2.77, 5.2, 9.54, 19.19, 30.07, 39.5, 3.1]
    .enumerated().map { place, axis in
      (axis, 365.25 * pow(axis, 1.5) * (place.isMultiple(of: 2) ? 1.001 : 0.999))
    }

  private func kepler() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var text = "planet,T (d),a (m),e,part\n"
    for (place, (axis, period)) in Self.planets.enumerated() {
      text +=
        "p\(place),\(period),\(axis * 1.496e11),0.0\(place),\(place == 10 ? "test" : "train")\n"
    }
    try folder.write(text, to: "planets.csv")
    return folder
  }

  @Test("Finds, writes, applies and checks a formula")
  func wholeWay() throws {
    let folder = try kepler()
    let find = try folder.run(
      "symbolic", "planets.csv", "--target", "T", "--split-column", "part", "--rungs", "2",
      "--dimension", "1", "-o", "law.json")
    #expect(find.status == 0, "\(find.errors)")
    #expect(find.output.contains("10 training rows") && find.output.contains("Formula:"))
    #expect(find.output.contains("numbers in d m^(-3/2); d"), "\(find.output)")
    let apply = try folder.run("symbolic", "apply", "law.json", "planets.csv")
    let lines = apply.output.split(separator: "\n")
    #expect(lines.count == 12 && lines[0].hasSuffix("part,T by formula"))
    // The straight line through periods and powers 3/2 of axes that least squares give; its ends are
    // the far planets', which are off by up to 90 days.
    let (x, y) = (Self.planets.prefix(10).map { pow($0.0, 1.5) }, Self.planets.prefix(10).map(\.1))
    let (meanX, meanY) = (x.reduce(0, +) / 10, y.reduce(0, +) / 10)
    let slope =
      zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
      / x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    let earth = lines[3].split(separator: ",").compactMap { Double($0) }.last
    #expect(earth.map { abs($0 - (meanY + slope * (1 - meanX))) < 0.01 } == true, "\(lines[3])")
    let check = try folder.run(
      "symbolic", "check", "sqrt(a^3)", "planets.csv", "--target", "T", "--json")
    #expect(check.status == 0 && check.output.contains("\"unit\" : \"m^(3/2)\""))
  }

  @Test("Results do not depend on the threads")
  func threads() throws {
    let folder = try kepler()
    let runs = try ["1", "3"].map {
      try folder.run(
        "symbolic", "find", "planets.csv", "--target", "T", "--feature", "a", "--rungs", "2",
        "--json", "--threads", $0)
    }
    #expect(runs[0].status == 0 && runs[0].output == runs[1].output)
  }

  @Test("Refuses in one sentence")
  func refusals() throws {
    let folder = try kepler()
    try folder.write("x,y,c\n1,2,u\n2,,v\n3,4,w\n", to: "gap.csv")
    for (arguments, status, words) in [
      (["planets.csv", "--target", "Tt"], 1, "Did you mean"),
      (["planets.csv", "--target", "T", "--operators", "+,power"], 2, "no operator \"power\""),
      (["planets.csv", "--target", "T", "--feature", "a=lightyears!"], 1, "is not a unit"),
      (["planets.csv", "--target", "T", "--rungs", "9"], 2, "--rungs"),
      (["gap.csv", "--target", "y"], 1, "no value here"),
      (["gap.csv", "--target", "x"], 1, "empty"),
      (["gap.csv", "--target", "c", "--feature", "x"], 1, "3 classes"),
      (["check", "a + e", "planets.csv", "--target", "T"], 1, "has no unit"),
      (["check", "a + ", "planets.csv", "--target", "T"], 1, "ends too early"),
      (["apply", "planets.csv", "planets.csv"], 1, "holds no formula"),
    ] as [([String], Int32, String)] {
      let run = try folder.run(["symbolic"] + arguments)
      #expect(run.status == status, "\(arguments): \(run.errors)")
      #expect(run.errors.contains(words), "\(arguments): \(run.errors)")
      #expect(run.output.isEmpty)
    }
  }
}
