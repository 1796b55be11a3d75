import Foundation
import Testing

@testable import Reporting

/// What independent programs make of the figures. Skipped where these are not installed.
@Suite("Drawing")
struct DrawingTests {
  static let python = packageRoot.appending(path: ".deps/py/bin/python")
  static let bundle = VegaBundle.text(at: packageRoot.appending(path: ".deps/js/vega.js"))
  static let browser = URL(filePath: "/usr/bin/chromium")

  static let hasConverter =
    FileManager.default.isExecutableFile(atPath: python.path)
    && (try? run(python, ["-c", "import vl_convert"]))?.status == 0
  static let hasBrowser =
    bundle != nil && FileManager.default.isExecutableFile(atPath: browser.path)

  @Test(
    "vl-convert draws every chart without a word of complaint",
    .enabled(if: hasConverter, "vl-convert is not installed: Scripts/setup.sh"))
  func converterDraws() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let charts = Samples.charts()
    for (place, chart) in charts.enumerated() {
      try chart.json.write(
        to: folder.appending(path: "\(place).json"), atomically: true, encoding: .utf8)
    }
    let program = """
      import sys, vl_convert
      for n in range(\(charts.count)):
          print(len(vl_convert.vegalite_to_svg(open(f"{sys.argv[1]}/{n}.json").read())))
      """
    let result = try Self.run(Self.python, ["-c", program, folder.path])
    #expect(result.status == 0, "\(result.output)")
    let sizes = result.output.split(separator: "\n").map { Int($0) ?? 0 }
    #expect(sizes.count == charts.count && sizes.allSatisfy { $0 > 2_000 }, "\(result.output)")
  }

  @Test(
    "A browser draws every chart of a page, hostile names or not",
    .enabled(if: hasBrowser, "chromium or .deps/js/vega.js is not installed"),
    arguments: ["Fe2O3", "</script><img src=x onerror=alert(1)>"])
  func browserDraws(text: String) throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let page = folder.appending(path: "page.html")
    try Samples.report(text: text).html(vegaBundle: Self.bundle)
      .write(to: page, atomically: true, encoding: .utf8)
    let result = try Self.run(
      Self.browser,
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000",
        "--user-data-dir=\(folder.path)/profile", "--dump-dom", page.absoluteString,
      ])
    let drawn = result.output.components(separatedBy: "<svg xmlns=").count - 1
    let saved = result.output.components(separatedBy: "class=\"save\"").count - 1
    #expect(drawn == Samples.charts().count && saved == drawn, "drawn \(drawn), saved \(saved)")
  }

  private func scratch() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "athanor-drawing-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  private static func run(
    _ program: URL, _ arguments: [String]
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = program
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
