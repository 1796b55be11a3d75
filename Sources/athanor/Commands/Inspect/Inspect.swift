import ArgumentParser
import Foundation

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what is in a file, or why it is refused.",
    discussion: """
      Structures (CIF, POSCAR, XYZ, pymatgen, JARVIS and OPTIMADE JSON, LAMMPS), spectra and \
      diffraction patterns, PNG and TIFF pictures, tables and arrays of NumPy, each plain or \
      gzipped; ZIP archives and what they hold; models, recipes, stores and ledgers. A file that is refused does not stop the others.
      """)

  @Argument(help: "Files of any of these kinds.")
  var files: [String]

  @Option(help: "How far atoms may lie from where symmetry puts them, Å.")
  var tolerance = 0.01

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard tolerance > 0, tolerance <= 1 else {
      throw ValidationError("--tolerance is above 0 and at most 1 Å: \(tolerance)")
    }
  }

  func run() throws {
    var cards: [FileCard] = []
    for file in files {
      do {
        cards.append(try FileCard(file, tolerance: tolerance))
      } catch {
        cards.append(FileCard(refused: file, because: error))
      }
    }
    if common.json {
      try Terminal.printJSON(cards)
    } else {
      for card in cards { card.print() }
    }
    // Every file has been looked at; one that was refused still makes the command fail.
    if cards.contains(where: { $0.error != nil }) { throw ExitCode(1) }
  }
}
