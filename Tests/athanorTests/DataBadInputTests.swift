import Foundation
import Testing

@Suite("Bad input of the data commands")
struct DataBadInputTests {
  @Test("inspect leaves an empty database as it is")
  func leavesEmptyDatabases() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("", to: "empty.sqlite")
    let run = try folder.run("inspect", "empty.sqlite")
    #expect(run.status == 1)
    #expect(run.errors == "athanor: empty.sqlite: the file is empty.\n")
    #expect(try Data(contentsOf: file).isEmpty && folder.names == ["empty.sqlite"])
  }

  @Test("inspect says what to do with a folder")
  func namesFolders() throws {
    let folder = try TemporaryFolder()
    let run = try folder.run("inspect", ".")
    #expect(run.status == 1)
    #expect(run.errors == "athanor: .: a folder without a campaign; name the files in it.\n")
  }

  @Test("A device is refused before it is read", .timeLimit(.minutes(1)))
  func refusesDevices() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.appendingPathComponent("zero.csv").path,
      withDestinationPath: "/dev/zero")
    for command in [["inspect"], ["data", "import"], ["text", "extract"]] {
      let run = try folder.run(command + ["zero.csv"])
      #expect(run.status == 1)
      #expect(run.errors == "athanor: Cannot read zero.csv: it is a device; name a file.\n")
    }
  }

  @Test("A pipe that nobody writes is not waited for", .timeLimit(.minutes(1)))
  func refusesPipes() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appendingPathComponent("pipe.csv").path
    try #require(mkfifo(path, 0o600) == 0)
    let inspected = try folder.run("inspect", "pipe.csv")
    #expect(inspected.status == 1 && inspected.errors.contains("pipe.csv: The file is empty"))
    let imported = try folder.run("data", "import", "pipe.csv")
    #expect(imported.status == 1)
    #expect(
      imported.errors
        == "athanor: Cannot read pipe.csv: it is no plain file; write its content to one first.\n")
  }

  @Test("Values whose spread overflows are refused, and nothing is written")
  func refusesOverflow() throws {
    let folder = try TemporaryFolder()
    try folder.write("formula,gap\nZnO,1e308\nZnO,-1e308\n", to: "huge.csv")
    let run = try folder.run(
      "data", "harmonize", "huge.csv", "--target", "gap", "--duplicates", "median", "--output",
      "out.csv")
    #expect(run.status == 1 && run.errors.contains("too large to be compared"), "\(run.errors)")
    #expect(folder.names == ["huge.csv"])
  }
}
