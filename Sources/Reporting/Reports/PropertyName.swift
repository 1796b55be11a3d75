import Foundation

/// Property names for people.
public enum PropertyName {
  /// `bulkModulusGPa / density` → "bulk modulus / density"; names that people wrote stay.
  public static func text(_ name: String) -> String {
    let parts = name.components(separatedBy: " / ")
    return parts.map(words).joined(separator: " / ")
  }

  /// The same with a capital letter, for headings.
  public static func title(_ name: String) -> String {
    let words = text(name)
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  private static func words(_ name: String) -> String {
    guard !name.contains(" "), !name.contains("_") else { return name }
    let stem = name.hasSuffix("GPa") && name.count > 6 ? String(name.dropLast(3)) : name
    var text = ""
    for character in stem {
      if character.isUppercase, let last = text.last, last.isLowercase { text += " " }
      text.append(text.last == " " ? Character(character.lowercased()) : character)
    }
    return text
  }
}
