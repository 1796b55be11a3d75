import Formats

extension Rehearsal {
  /// Reads the recipe's `rehearsal`.
  init(_ mapping: RecipeMapping) throws(ReadingError) {
    self.init()
    if let number = try mapping.optionalInteger("seed") {
      guard number >= 0 else {
        throw mapping.error(at: "seed", "it is \(number); write 0 or more.")
      }
      seed = UInt64(number)
    }
    if let time = try? mapping.optionalMapping("hours") {
      hours = try time.double("median")
      hoursSpread = try time.double("spread", default: 0)
    } else {
      hours = try mapping.double("hours", default: hours)
    }
    failureRate = try mapping.double("failureRate", default: failureRate)
    noise = try Self.amounts("noise", in: mapping)
    driftPerDay = try Self.amounts("driftPerDay", in: mapping)
    batchEffect = try Self.amounts("batchEffect", in: mapping)
    batchSize = try mapping.integer("batchSize", default: batchSize)
    guard hours > 0, hours <= 1e5, (0...3).contains(hoursSpread) else {
      throw mapping.error(
        at: "hours", "the median is above 0 and at most 100,000, its spread between 0 and 3.")
    }
    guard (0..<1).contains(failureRate) else {
      throw mapping.error(
        at: "failureRate", "it is \(failureRate); it must be 0 or more and below 1.")
    }
    guard (1...1_000_000).contains(batchSize) else {
      throw mapping.error(at: "batchSize", "it is \(batchSize); it must be at least 1.")
    }
  }

  /// A number for each property.
  private static func amounts(
    _ key: String, in mapping: RecipeMapping
  ) throws(ReadingError) -> [String: Double] {
    guard let settings = try mapping.optionalMapping(key) else { return [:] }
    var amounts: [String: Double] = [:]
    for property in settings.keys {
      amounts[property] = try settings.double(property)
      if key != "driftPerDay", let amount = amounts[property], amount < 0 {
        throw settings.error(at: property, "it is \(amount); it must be 0 or more.")
      }
    }
    return amounts
  }
}
