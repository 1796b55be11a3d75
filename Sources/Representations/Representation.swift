/// Turns materials into vectors of a fixed width.
///
/// Law: equal settings and inputs give equal bytes, in any order of the inputs and on any number
/// of threads.
public protocol Representation<Input>: Sendable {
  associatedtype Input

  /// Column names, in the order in which ``encode(_:into:)`` writes them.
  var columns: [String] { get }

  /// Writes one row for each input.
  ///
  /// - Parameter rows: `inputs.count` × `columns.count` numbers, row-major. A missing value is NaN.
  func encode(_ inputs: [Input], into rows: inout MutableSpan<Float>) throws
}
