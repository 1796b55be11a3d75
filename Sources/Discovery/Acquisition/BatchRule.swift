/// How the candidates of one round are chosen beside each other, by its name in recipes.
public enum BatchRule: String, Codable, Hashable, Sendable, CaseIterable {
  /// One after the other, each as if those before had been measured as predicted (kriging believer:
  /// Ginsbourger, Le Riche and Carraro 2010).
  case believer

  /// So that their joint expected improvement is large (qLog-EI: Ament et al., NeurIPS 2023).
  case joint

  /// One after the other, each outside the balls in which those before leave no maximum (González
  /// et al., AISTATS 2016).
  case penalized

  /// Each the best of a posterior draw of its own (Kandasamy et al., AISTATS 2018).
  case thompson
}
