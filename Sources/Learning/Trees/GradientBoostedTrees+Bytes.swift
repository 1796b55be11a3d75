internal import Foundation

extension GradientBoostedTrees {
  private static let magic = "ATHBOOST"

  /// The model as bytes: ``init(bytes:)`` gives one with equal predictions, bit for bit.
  public func bytes() throws -> [UInt8] {
    var writer = TreeWriter(magic: GradientBoostedTrees.magic)
    writer.write(text: try TreeSettings.encode(settings))
    writer.write(validationLosses)
    writer.write(ensemble)
    return writer.finished()
  }

  /// - Throws: ``TreeError/damaged(reason:)`` for anything but what ``bytes()`` wrote.
  public init(bytes: [UInt8]) throws(TreeError) {
    var reader = try TreeReader(bytes, magic: GradientBoostedTrees.magic)
    settings = try TreeSettings.decode(BoostingSettings.self, try reader.text())
    do throws(TreeError) {
      try settings.check()
    } catch {
      throw .damaged(reason: "its settings are not usable")
    }
    validationLosses = try reader.doubles()
    ensemble = try reader.ensemble()
    guard reader.isAtEnd, ensemble.outputs == settings.objective.outputs else {
      throw .damaged(reason: "the trees do not fit the settings")
    }
  }
}

/// Settings as JSON with sorted keys.
enum TreeSettings {
  static func encode(_ settings: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return Array(try encoder.encode(settings))
  }

  static func decode<Settings: Decodable>(
    _ type: Settings.Type, _ bytes: [UInt8]
  ) throws(TreeError) -> Settings {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw .damaged(reason: "its settings are not usable")
    }
  }
}
