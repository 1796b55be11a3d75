/// What a learner makes of the values of cheap methods, which are the last variables of its candidates.
public enum LowerValueUse: String, Codable, Hashable, Sendable {
  /// Nothing: it does not see them.
  case ignored

  /// They are variables among the others.
  case variables

  /// It learns what a straight line through them leaves over, and sees them as well: Δ-learning
  /// (Ramakrishnan et al., J. Chem. Theory Comput. 11, 2087 (2015), doi:10.1021/acs.jctc.5b00099), whose
  /// line has the slope 1.
  case line
}
