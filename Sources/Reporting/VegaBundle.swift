public import Foundation

/// The drawing library that pages carry inline.
public enum VegaBundle {
  /// The text of the library, or `nil` where there is none.
  ///
  /// - Parameter file: Made by the set-up, usually `.deps/js/vega.js`.
  public static func text(at file: URL) -> String? {
    try? String(contentsOf: file, encoding: .utf8)
  }
}
