/// What was done to values on their way to one form: enough to do it again, or to undo it.
public struct HarmonizationRecord: Codable, Hashable, Sendable {
  public let rowsIn: Int
  public internal(set) var rowsOut = 0
  public internal(set) var units: [UnitStep] = []
  public internal(set) var references: ReferenceStep?
  public internal(set) var methods: [MethodStep] = []
  public internal(set) var duplicates: DuplicateStep?
  public internal(set) var notes: [String] = []

  init(rowsIn: Int) {
    self.rowsIn = rowsIn
    rowsOut = rowsIn
  }

  public struct UnitStep: Codable, Hashable, Sendable {
    public let from: String
    public let to: String
    public let rows: Int

    /// `nil` where values were not simply multiplied by one number.
    public let factor: Double?
  }

  public struct ReferenceStep: Codable, Hashable, Sendable {
    public let references: ElementReferences

    /// `nil` where total energies became formation energies.
    public let oldReferences: ElementReferences?
    public let rows: Int
  }

  public struct MethodStep: Codable, Hashable, Sendable {
    public let shift: FidelityShift
    public let form: FidelityShift.Form

    /// Rows that were corrected.
    public let rows: Int
  }

  public struct DuplicateStep: Codable, Hashable, Sendable {
    public let rule: DuplicateRule
    public let tolerance: Double

    /// Materials that had several rows, and those rows.
    public let groups: Int
    public let rows: Int

    /// Within materials: the noise of the labels; `nil` where nothing was repeated.
    public let pooledStandardDeviation: Double?
  }
}
