import Formats

extension NodeOracle.Configuration {
  /// Reads the recipe's `node`.
  init(_ mapping: RecipeMapping) throws(ReadingError) {
    self.init(
      address: try mapping.string("url"), action: try mapping.string("action"))
    if let names = try mapping.optionalMapping("arguments") {
      for argument in names.keys { arguments[argument] = try names.string(argument) }
    }
    if let names = try mapping.optionalMapping("results") {
      for property in names.keys { results[property] = try names.string(property) }
    }
    if let ranges = try mapping.optionalMapping("limits") {
      for argument in ranges.keys {
        let ends = try ranges.doubles(argument)
        guard ends.count == 2, ends[0] <= ends[1] else {
          throw ranges.error(at: argument, "write the least and the most: [20, 900].")
        }
        limits[argument] = ends[0]...ends[1]
      }
    }
    timeLimitSeconds = try mapping.seconds("timeLimit", default: timeLimitSeconds)
    pollSeconds = try mapping.seconds("poll", default: pollSeconds)
    tokenVariable = try mapping.optionalString("tokenVariable")
  }
}
