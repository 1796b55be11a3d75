import ArgumentParser

/// The endings of files that a command writes: a file says by its name what is in it.
enum Suffix {
  static func check(_ file: String?, is endings: [String], of option: String) throws {
    guard let file, !endings.contains(where: file.lowercased().hasSuffix) else { return }
    throw ValidationError("\(option) must end in \(endings.joined(separator: " or ")): \(file)")
  }
}
