import Foundation

// Answers the cases of independent programs.
//
//   Conformance FOLDER [--output FOLDER]
//
// FOLDER is one area (it holds inputs.json) or a folder of areas. For each area that is known here,
// AREA.json is written to the output folder (default: the current one).

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(1)
}

/// The same value with numbers that JSON cannot hold as texts: "nan", "inf", "-inf".
func writable(_ value: Any) -> Any {
  switch value {
  case let number as Double where !number.isFinite: "\(number)"
  case let list as [Any]: list.map(writable)
  case let object as [String: Any]: object.mapValues(writable)
  default: value
  }
}

func answer(_ folder: URL, into output: URL) throws {
  let data = try Data(contentsOf: folder.appendingPathComponent("inputs.json"))
  guard let inputs = try JSONSerialization.jsonObject(with: data) as? [String: Any],
    let name = inputs["area"] as? String, let cases = inputs["cases"] as? [[String: Any]]
  else { fail("\(folder.path)/inputs.json: expected an object with \"area\" and \"cases\".") }
  guard let area = KnownAreas.byName[name] else { return }
  var answers: [String: Any] = [:]
  for testCase in cases {
    guard let identifier = testCase["id"] as? String else { continue }
    do {
      answers[identifier] = try area.answer(testCase, folder: folder)
    } catch {
      answers[identifier] = ["error": "\(error)"]
    }
  }
  let result = try JSONSerialization.data(
    withJSONObject: ["area": name, "cases": writable(answers)], options: [.sortedKeys])
  try result.write(to: output.appendingPathComponent("\(name).json"))
  print("\(name): \(answers.count) answers")
}

var arguments = Array(CommandLine.arguments.dropFirst())
var output = URL(fileURLWithPath: ".")
if let flag = arguments.firstIndex(of: "--output"), flag + 1 < arguments.count {
  output = URL(fileURLWithPath: arguments[flag + 1])
  arguments.removeSubrange(flag...flag + 1)
}
guard arguments.count == 1 else { fail("Usage: Conformance FOLDER [--output FOLDER]") }
let root = URL(fileURLWithPath: arguments[0])
let manager = FileManager.default
do {
  try manager.createDirectory(at: output, withIntermediateDirectories: true)
  if manager.fileExists(atPath: root.appendingPathComponent("inputs.json").path) {
    try answer(root, into: output)
  } else {
    for name in KnownAreas.byName.keys.sorted() {
      let folder = root.appendingPathComponent(name)
      guard manager.fileExists(atPath: folder.appendingPathComponent("inputs.json").path)
      else { continue }
      try answer(folder, into: output)
    }
  }
} catch {
  fail("\(error)")
}
