import Foundation

/// Questions to the person at the terminal; elsewhere their defaults.
///
/// An answer that was given as an option is never asked for. Without a terminal a question without a
/// default is an error that names the option.
struct Interview {
  let isInteractive: Bool

  /// - Parameter input: Whether questions may be asked at all.
  init(input: Bool) {
    isInteractive = input && isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1
  }

  /// - Parameters:
  ///   - option: By which scripts answer.
  ///   - given: What the option said; `nil` where it was left out.
  ///   - standard: The answer of whoever says nothing; `nil` where there is none.
  ///   - read: Throws a sentence for an answer that is none.
  func ask<Answer>(
    _ question: String, option: String, given: String?, standard: String?,
    _ read: (String) throws -> Answer
  ) throws -> Answer {
    if let given {
      do { return try read(given) } catch let error as CommandError {
        throw CommandError("\(option) \(given): \(error)")
      }
    }
    guard isInteractive else {
      guard let standard else {
        throw CommandError("\(question)? Say so with \(option).")
      }
      return try read(standard)
    }
    while true {
      let shown = standard.map { " [\($0.isEmpty ? "none" : $0)]" } ?? ""
      FileHandle.standardError.write(Data("\(question)\(shown)? ".utf8))
      guard let line = readLine() else { throw CommandError("Nothing was written.") }
      let words = line.trimmingCharacters(in: .whitespaces)
      let text = words == "none" && standard == "" ? "" : words
      guard !text.isEmpty || standard != nil else { continue }
      do {
        return try read(text.isEmpty ? standard ?? "" : text)
      } catch {
        Terminal.log(Terminal.sentence(for: error))
      }
    }
  }

  /// One of several words, or its number in the list that is shown.
  func choose<Choice: RawRepresentable<String> & CaseIterable>(
    _ question: String, among choices: [(Choice, String)], option: String, given: Choice?,
    standard: Choice?
  ) throws -> Choice {
    if given == nil, isInteractive {
      for (place, choice) in choices.enumerated() {
        Terminal.log("  \(place + 1)  \(choice.0.rawValue): \(choice.1)")
      }
    }
    return try ask(
      question, option: option, given: given?.rawValue, standard: standard?.rawValue
    ) { text in
      if let number = Int(text), choices.indices.contains(number - 1) {
        return choices[number - 1].0
      }
      guard let found = choices.first(where: { $0.0.rawValue == text }) else {
        let words = choices.map(\.0.rawValue).joined(separator: ", ")
        throw CommandError("Write one of \(words).")
      }
      return found.0
    }
  }

  func whole(
    _ question: String, option: String, given: Int?, standard: Int, atLeast least: Int = 1
  ) throws -> Int {
    try ask(question, option: option, given: given.map(String.init), standard: String(standard)) {
      guard let number = Int($0), number >= least else {
        throw CommandError("Write a whole number of at least \(least).")
      }
      return number
    }
  }

  func number(
    _ question: String, option: String, given: Double?, standard: Double?
  ) throws -> Double {
    try ask(
      question, option: option, given: given.map { "\($0)" }, standard: standard.map { "\($0)" }
    ) {
      guard let number = Double($0), number.isFinite else { throw CommandError("Write a number.") }
      return number
    }
  }

  /// Words between commas.
  static func list(_ text: String) -> [String] {
    text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
  }
}
