import Foundation
import Testing

@testable import Ecosystem

@Suite("Whole files")
struct AtomicFileTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("whole files \(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
  }

  @Test("Writes and replaces")
  func writes() throws {
    try withFolder { folder in
      try AtomicFile.write("one", to: "\(folder)/a.txt")
      try AtomicFile.write("two", to: "\(folder)/a.txt")
      #expect(try AtomicFile.read("\(folder)/a.txt") == Array("two".utf8))
      #expect(try names(folder) == ["a.txt"])
    }
  }

  /// Fails in the middle of writing, as a full disk does, or at the rename.
  struct FailingFileSystem: FileSystem {
    let failsAtRename: Bool
    let code: Int32

    func create(_ path: String, bytes: [UInt8]) throws(FileError) {
      let half = failsAtRename ? bytes : Array(bytes.prefix(bytes.count / 2))
      try PosixFileSystem().create(path, bytes: half)
      if !failsAtRename { throw FileError(operation: .write, path: path, code: code) }
    }

    func rename(_ path: String, to final: String) throws(FileError) {
      throw FileError(operation: .write, path: final, code: code)
    }

    func removeIfPresent(_ path: String) { PosixFileSystem().removeIfPresent(path) }
    func synchronizeFolder(of path: String) {}
  }

  @Test("A failure leaves the old file and nothing else", arguments: [false, true])
  func failures(failsAtRename: Bool) throws {
    try withFolder { folder in
      try AtomicFile.write("old", to: "\(folder)/a.txt")
      let system = FailingFileSystem(failsAtRename: failsAtRename, code: ENOSPC)
      let error = #expect(throws: FileError.self) {
        try AtomicFile.write("new text", to: "\(folder)/a.txt", with: system)
      }
      #expect(
        error.map { "\($0)" }
          == "Cannot write \(folder)/a.txt: the disk is full; free some space and try again.")
      #expect(try AtomicFile.read("\(folder)/a.txt") == Array("old".utf8))
      #expect(try names(folder) == ["a.txt"])
    }
  }

  @Test("Names the reason")
  func reasons() throws {
    try withFolder { folder in
      let missing = #expect(throws: FileError.self) { try AtomicFile.read("\(folder)/none") }
      #expect(missing?.description.contains("no such file") == true)
      let noFolder = #expect(throws: FileError.self) {
        try AtomicFile.write("x", to: "\(folder)/none/a.txt")
      }
      #expect(noFolder?.description.contains("folder does not exist") == true)
      let isFolder = #expect(throws: FileError.self) { try AtomicFile.write("x", to: folder) }
      #expect(isFolder?.code == EISDIR)
      #expect(throws: FileError.self) { try AtomicFile.read(folder) }
    }
  }

  @Test("SHA-256 of the standard's examples")
  func contentHash() {
    // FIPS 180-4, examples of the hash of "abc" and of no bytes.
    #expect(
      ContentHash(of: "abc").hex
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      ContentHash(of: []).hex
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }
}
