/// The version that recipes, model files and ledgers are stamped with.
enum Version {
  static let current = "0.1.0"
}
