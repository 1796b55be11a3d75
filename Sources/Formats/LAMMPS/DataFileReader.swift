/// The parts of a LAMMPS data file that describe its atoms.
struct DataFileReader {
  private let bytes: [UInt8]
  private let file: String
  private var line = 0
  private var section = ""
  private var data = DataFileContent()
  private var bounds: [(low: Double, high: Double)?] = [nil, nil, nil]
  private var tilt = [0.0, 0.0, 0.0]
  private var vectors: [[Double]?] = [nil, nil, nil]
  private var origin = [0.0, 0.0, 0.0]

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  mutating func read() throws(ReadingError) -> DataFileContent {
    for text in bytes.split(separator: 10, omittingEmptySubsequences: false) {
      line += 1
      // The first line is a title.
      if line > 1 { try readLine(text) }
    }
    data.box = try box()
    guard let count = data.atomCount else {
      throw refuse("There is no number of atoms (\"8 atoms\"); it is no LAMMPS data file.", line: 0)
    }
    guard data.atoms.count == count else {
      throw refuse(
        "The file announces \(count) atoms and holds \(data.atoms.count); it is cut off or damaged.",
        line: 0)
    }
    return data
  }

  private mutating func readLine(_ text: ArraySlice<UInt8>) throws(ReadingError) {
    if text.contains(0) { throw refuse("A NUL byte; the file is damaged or not text.", line: line) }
    let mark = text.firstIndex(of: UInt8(ascii: "#"))
    let words = Self.words(text[..<(mark ?? text.endIndex)])
    let comment = mark.map { Self.words(text[($0 + 1)...]) } ?? []
    guard let first = words.first, let letter = first.utf8.first else { return }
    let isWord = (letter | 0x20) >= UInt8(ascii: "a") && (letter | 0x20) <= UInt8(ascii: "z")
    if isWord, section != "Atom Type Labels" || words.count > 2 || Int(first) == nil {
      section = words.joined(separator: " ")
      if section == "Atoms" {
        data.style = comment.first
        data.atomsLine = line
      }
      return
    }
    switch section {
    case "": try readHeader(words)
    case "Masses": try readMass(words, comment)
    case "Atom Type Labels": try readLabel(words)
    case "Atoms": try readAtom(words)
    case "Velocities": try readVelocity(words)
    default: break
    }
  }

  private mutating func readHeader(_ words: [String]) throws(ReadingError) {
    let keyword = words.drop { DecimalParser.value($0) != nil }.joined(separator: " ")
    let values = words.prefix { DecimalParser.value($0) != nil }
    switch keyword {
    case "atoms": data.atomCount = try count(values)
    case "atom types": data.typeCount = try count(values)
    case "xlo xhi": bounds[0] = try pair(values)
    case "ylo yhi": bounds[1] = try pair(values)
    case "zlo zhi": bounds[2] = try pair(values)
    case "xy xz yz": tilt = try numbers(values, count: 3)
    case "avec": vectors[0] = try numbers(values, count: 3)
    case "bvec": vectors[1] = try numbers(values, count: 3)
    case "cvec": vectors[2] = try numbers(values, count: 3)
    case "abc origin": origin = try numbers(values, count: 3)
    default: break  // bonds, angles and what else is counted
    }
  }

  private mutating func readMass(_ words: [String], _ comment: [String]) throws(ReadingError) {
    guard words.count == 2, let mass = DecimalParser.value(words[1]), mass > 0 else {
      throw refuse("A mass needs a type and a number above 0.", line: line)
    }
    let type = Int(words[0])
    guard let key = type.map({ "\($0)" }) ?? words.first else { return }
    data.masses[key] = (mass, comment.first)
  }

  private mutating func readLabel(_ words: [String]) throws(ReadingError) {
    guard words.count == 2, let type = Int(words[0]) else {
      throw refuse("A type label needs a number and a name.", line: line)
    }
    data.labels[type] = words[1]
  }

  private mutating func readAtom(_ words: [String]) throws(ReadingError) {
    if let width = data.width, words.count != width {
      throw refuse(
        "The atom has \(words.count) values, those before it \(width); make them equal.", line: line
      )
    }
    data.width = words.count
    guard let identifier = words.first.flatMap({ Int($0) }), words.count <= 32 else {
      throw refuse("An atom begins with its number; correct the line.", line: line)
    }
    data.atoms.append(.init(identifier: identifier, line: line, words: words))
  }

  private mutating func readVelocity(_ words: [String]) throws(ReadingError) {
    guard let identifier = words.first.flatMap({ Int($0) }), words.count >= 4 else {
      throw refuse("A velocity needs the number of its atom and three components.", line: line)
    }
    let values = try numbers(words[1..<4], count: 3)
    data.velocities[identifier] = SIMD3(values[0], values[1], values[2])
  }

  private func count(_ words: some Sequence<String>) throws(ReadingError) -> Int {
    guard let count = Array(words).first.flatMap({ Int($0) }), count >= 0 else {
      throw refuse("A whole number, 0 or more, should begin the line.", line: line)
    }
    return count
  }

  private func pair(
    _ words: some Sequence<String>
  ) throws(ReadingError) -> (low: Double, high: Double) {
    let values = try numbers(words, count: 2)
    guard values[0] < values[1] else {
      throw refuse("The box ends at \(values[1]), before it begins at \(values[0]).", line: line)
    }
    return (values[0], values[1])
  }

  private func numbers(
    _ words: some Sequence<String>, count: Int
  ) throws(ReadingError) -> [Double] {
    let words = Array(words)
    let values = words.compactMap { DecimalParser.value($0) }
    guard words.count == count, values.count == count,
      values.allSatisfy({ abs($0) <= AtomicFrame.farthest })
    else { throw refuse("\(count) numbers should stand here, at most 10⁹ in size.", line: line) }
    return values
  }

  /// The bounds are those of the box itself, not of its hull as in dumps.
  private func box() throws(ReadingError) -> DumpBox {
    if let a = vectors[0], let b = vectors[1], let c = vectors[2] {
      return DumpBox(general: [a + [origin[0]], b + [origin[1]], c + [origin[2]]])
    }
    guard let x = bounds[0], let y = bounds[1], let z = bounds[2] else {
      throw refuse("The box is not complete; give xlo xhi, ylo yhi and zlo zhi.", line: 0)
    }
    return DumpBox(general: [
      [x.high - x.low, 0, 0, x.low], [tilt[0], y.high - y.low, 0, y.low],
      [tilt[1], tilt[2], z.high - z.low, z.low],
    ])
  }

  private func refuse(_ message: String, line: Int) -> ReadingError {
    ReadingError(file: file, line: line, message: message)
  }

  private static func words(_ text: ArraySlice<UInt8>) -> [String] {
    text.split { isBlank($0) }.map { String(decoding: $0, as: UTF8.self) }
  }
}
