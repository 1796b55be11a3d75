/// The approximation to exchange and correlation for which a pseudopotential is made.
public enum ExchangeFunctional: String, Codable, CaseIterable, Hashable, Sendable {
  /// Perdew and Zunger, Phys. Rev. B 23, 5048 (1981).
  case lda = "LDA"
  /// Perdew, Burke and Ernzerhof, Phys. Rev. Lett. 77, 3865 (1996).
  case pbe = "PBE"
  /// Perdew et al., Phys. Rev. Lett. 100, 136406 (2008).
  case pbesol = "PBEsol"

  /// From the words of a UPF header: `SLA PZ NOGX NOGC`, `SLA PW PBE PBE`, `PBE`.
  init?(header: String) {
    let words = header.uppercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber })
    switch words.map(String.init) {
    case ["SLA", "PZ", "NOGX", "NOGC"], ["PZ"]: self = .lda
    case ["SLA", "PW", "PBE", "PBE"], ["SLA", "PW", "PBX", "PBC"], ["PBE"]: self = .pbe
    case ["SLA", "PW", "PSX", "PSC"], ["PBESOL"]: self = .pbesol
    default: return nil
    }
  }
}
