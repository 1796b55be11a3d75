/// One message of the i-PI socket protocol: Ceriotti, More and Manolopoulos, Comput. Phys. Commun.
/// 185, 1019 (2014).
///
/// Numbers are as in the stream: native-endian doubles in Hartree and bohr. A cell is nine numbers;
/// senders write it transposed, component by component (`ax bx cx ay …`), and its inverse likewise.
package enum IPIMessage: Hashable, Sendable {
  case status
  case needsInitialization
  case initialize(bead: Int32, parameters: [UInt8])
  case ready
  case positions(cell: [Double], inverseCell: [Double], positions: [Double])
  case haveData
  case getForce
  case forces(energy: Double, forces: [Double], virial: [Double], extra: [UInt8])
  case exit

  /// The word at its beginning.
  package var header: String {
    switch self {
    case .status: "STATUS"
    case .needsInitialization: "NEEDINIT"
    case .initialize: "INIT"
    case .ready: "READY"
    case .positions: "POSDATA"
    case .haveData: "HAVEDATA"
    case .getForce: "GETFORCE"
    case .forces: "FORCEREADY"
    case .exit: "EXIT"
    }
  }

  /// Bytes of the word with the blanks behind it.
  package static let headerLength = 12

  /// More atoms than this are taken for a broken stream, as are longer texts.
  package static let mostAtoms = 10_000_000
  package static let longestText = 64 << 20
}
