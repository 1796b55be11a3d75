import Formats
import Matter
import Testing

@Suite("Files of any kind")
struct FileContentTests {
  private static func refusal(_ bytes: [UInt8], _ file: String) -> String? {
    let error = #expect(throws: ReadingError.self) { try FileContent(bytes, file: file) }
    return error.map { "\($0)" }
  }

  @Test(
    "Names what a file is that is not read here, and the remedy",
    arguments: [
      ([0xFF, 0xD8, 0xFF, 0xE0], "cell.jpg", "A JPEG picture; convert it to PNG or TIFF."),
      (Array("%PDF-1.7\n".utf8), "paper.pdf", "A PDF document;"),
      ([0x89] + Array("HDF\r\n".utf8), "data.h5", "An HDF5 file;"),
      ([0x93] + Array("NUMPY".utf8) + [1, 0], "data.csv", "Not an NPY file:"),
      (
        [UInt8](repeating: 97, count: 257) + Array("ustar".utf8), "cifs.tar",
        "A tar archive; unpack it (tar xf)"
      ),
      ([97, 0, 98, 34, 34, 10], "thing.bin", "A binary file of a kind that is not known here."),
    ] as [([UInt8], String, String)])
  func namesForeignFiles(_ bytes: [UInt8], _ file: String, _ expected: String) throws {
    let refusal = try #require(Self.refusal(bytes, file))
    #expect(refusal.hasPrefix("\(file): \(expected)"), "\(refusal)")
  }

  @Test("A text that is no table is said to be of no known kind, with the line")
  func refusesProse() {
    let text = "A sentence.\nAnother, with a comma.\n"
    #expect(
      Self.refusal(Array(text.utf8), "notes.txt")
        == "notes.txt:2: Not a file of a kind that is known here. Read as a table: The row has 2 "
        + "fields, the header 1; quote fields that hold the delimiter, and write decimals with a "
        + "point.")
  }

  @Test("A damaged text keeps its line")
  func keepsLines() {
    #expect(
      Self.refusal(Array("a,b\n1,\u{0}\n".utf8), "a.csv")
        == "a.csv:2: A NUL byte; the file is damaged or not text.")
  }

  @Test("Knows LAMMPS data by its content, whatever its name")
  func knowsLAMMPSData() throws {
    let text = """
      iron

      1 atoms
      1 atom types
      0 5 xlo xhi
      0 5 ylo yhi
      0 5 zlo zhi

      Masses

      1 55.845

      Atoms # atomic

      1 1 0 0 0

      """
    guard
      case .structures(let entries, .lammpsData) = try FileContent(
        Array(text.utf8), file: "iron.data")
    else {
      Issue.record("not read as LAMMPS data")
      return
    }
    #expect(entries.first?.crystal?.composition.reducedFormula == "Fe")
    let bomb = text.replacing("1 atoms", with: "1000000000 atoms")
    #expect(
      Self.refusal(Array(bomb.utf8), "iron.data")
        == "iron.data: The file announces 1000000000 atoms and holds 1; it is cut off or damaged.")
  }

  @Test("Atomic numbers stand for symbols in plain XYZ")
  func readsAtomicNumbers() throws {
    let frames = try ExtendedXYZ.frames(Array("2\n\n26 0 0 0\n8 0 0 1.6\n".utf8), file: "a.xyz")
    #expect(frames.map(\.speciesNames) == [["Fe", "O"]])
  }

  @Test("A comment of many words takes time in proportion", .timeLimit(.minutes(1)))
  func readsLongComments() throws {
    let words = (0..<200_000).map { "w\($0)" }.joined(separator: " ")
    let frames = try ExtendedXYZ.frames(
      Array("1\n \(words)\t\r\nFe 0 0 0\n".utf8), file: "a.xyz")
    #expect(frames.first?.info.map(\.value) == [.text(words)])
  }

  @Test("A table of very many columns takes time in proportion", .timeLimit(.minutes(1)))
  func findsManyColumns() throws {
    let names = (0..<100_000).map { "c\($0)" }
    let text = names.joined(separator: ",") + "\n" + names.joined(separator: ",") + "\n"
    let table = try Table(csv: Array(text.utf8), file: "wide.csv")
    for name in names where try table.strings(name) != [name] {
      Issue.record("\(name) holds another column")
      return
    }
    #expect(table.has("c99999") && !table.has("c100000"))
  }
}
