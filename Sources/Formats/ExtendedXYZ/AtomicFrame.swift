/// Atoms at one moment: what a trajectory holds many of.
///
/// Species are names, because trajectories may hold particles that are no elements; ``entry(file:)``
/// makes a structure of the frame.
public struct AtomicFrame: Hashable, Sendable {
  /// The line in the file where the frame begins, from 1; 0 where it has none.
  public var line: Int

  /// The distinct names of the species, in the order in which they first occur.
  public var speciesNames: [String]

  /// For each atom, its place in ``speciesNames``.
  public var speciesIndices: [Int32]

  /// Cartesian, Å, `[atoms]`.
  public var positions: [SIMD3<Double>]

  /// `nil` where the file gives none.
  public var cell: Cell?

  /// Whether the atoms repeat along a, b and c: three flags.
  public var isPeriodic: [Bool]

  /// What the file says of the whole frame, in its order.
  public var info: [Info]

  /// What the file says of each atom besides species and position, in its order.
  public var columns: [Column]

  /// Vectors a, b, c, Å. Unlike a lattice they may be flat or zero.
  public struct Cell: Hashable, Sendable {
    public var a, b, c: SIMD3<Double>

    public init(a: SIMD3<Double>, b: SIMD3<Double>, c: SIMD3<Double>) {
      self.a = a
      self.b = b
      self.c = c
    }

    public var rows: [[Double]] { [a, b, c].map { [$0.x, $0.y, $0.z] } }
  }

  public struct Info: Hashable, Sendable {
    public var name: String
    public var value: FrameValue

    public init(_ name: String, _ value: FrameValue) {
      self.name = name
      self.value = value
    }
  }

  /// One value or several for each atom.
  public struct Column: Hashable, Sendable {
    public var name: String

    /// How many values each atom has, 1 or more.
    public var width: Int

    /// Atom by atom, `[atoms · width]`.
    public var values: Values

    public enum Values: Hashable, Sendable {
      case reals([Double])
      case integers([Int])
      case flags([Bool])
      case texts([String])

      public var count: Int {
        switch self {
        case .reals(let values): values.count
        case .integers(let values): values.count
        case .flags(let values): values.count
        case .texts(let values): values.count
        }
      }
    }

    public init(_ name: String, width: Int = 1, _ values: Values) {
      self.name = name
      self.width = width
      self.values = values
    }
  }

  /// - Parameter symbols: The species of each atom; as many as positions.
  public init(
    line: Int = 0, symbols: [String], positions: [SIMD3<Double>], cell: Cell? = nil,
    isPeriodic: [Bool]? = nil, info: [Info] = [], columns: [Column] = []
  ) {
    precondition(symbols.count == positions.count, "A frame needs one species for each position.")
    var names: [String] = []
    var places: [String: Int32] = [:]
    let indices = symbols.map { symbol in
      if let place = places[symbol] { return place }
      let place = Int32(names.count)
      places[symbol] = place
      names.append(symbol)
      return place
    }
    self.init(
      line: line, speciesNames: names, speciesIndices: indices, positions: positions, cell: cell,
      isPeriodic: isPeriodic, info: info, columns: columns)
  }

  init(
    line: Int, speciesNames: [String], speciesIndices: [Int32], positions: [SIMD3<Double>],
    cell: Cell?, isPeriodic: [Bool]?, info: [Info], columns: [Column]
  ) {
    self.line = line
    self.speciesNames = speciesNames
    self.speciesIndices = speciesIndices
    self.positions = positions
    self.cell = cell
    self.isPeriodic = isPeriodic ?? [Bool](repeating: cell != nil, count: 3)
    self.info = info
    self.columns = columns
  }

  public var atomCount: Int { positions.count }

  /// The species of each atom.
  public var symbols: [String] { speciesIndices.map { speciesNames[Int($0)] } }

  /// The value of that name; the last where the file repeats it.
  public func info(_ name: String) -> FrameValue? {
    info.last { $0.name == name }?.value
  }

  public func column(_ name: String) -> Column? {
    columns.first { $0.name == name }
  }
}

/// What a frame says under one name.
public enum FrameValue: Hashable, Sendable {
  case integer(Int)
  case real(Double)
  case flag(Bool)
  case text(String)
  /// Row by row; the shape is `[count]` or `[rows, columns]`, and so for the next three.
  case integers([Int], shape: [Int])
  case reals([Double], shape: [Int])
  case flags([Bool], shape: [Int])
  case texts([String], shape: [Int])
  /// A JSON text that is no array of numbers or flags.
  case json(String)

  /// The numbers, whether written as integers or as reals, with their shape (`[]` for one number).
  public var numbers: (values: [Double], shape: [Int])? {
    switch self {
    case .integer(let value): ([Double(value)], [])
    case .real(let value): ([value], [])
    case .integers(let values, let shape): (values.map(Double.init), shape)
    case .reals(let values, let shape): (values, shape)
    case .flag, .text, .flags, .texts, .json: nil
    }
  }
}
