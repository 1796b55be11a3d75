import ArgumentParser
import Ecosystem

/// Where the structures of a table's rows are: options of every command that reads materials.
struct StructureOptions: ParsableArguments {
  @Option(
    help: """
      The column of structures (CIF, POSCAR, extended XYZ or JSON as text) or of their names \
      (default: found by what it holds).
      """)
  var structure: String?

  @Option(
    help: "The folder, tar archive or file with the structures that a column of the table names.")
  var structures: String?

  /// How rows are read for a command.
  ///
  /// - Parameter formula: The column of formulas that is asked for.
  func reading(formula: String?) -> MaterialRows.Options {
    var options = MaterialRows.Options()
    options.formula = formula
    options.structure = structure
    options.structures = structures
    return options
  }

  /// The options as words of a command line.
  var words: [(String, String?)] { [("--structure", structure), ("--structures", structures)] }
}
