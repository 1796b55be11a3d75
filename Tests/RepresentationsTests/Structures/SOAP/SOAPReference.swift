import Representations

/// What DScribe 2.1.2 says about the oxygen of a water molecule.
///
/// Polynomials with element weights are left out: there DScribe gives the weights to other atoms, as
/// it takes the atom on the center out of its list of neighbors but not out of that of the weights.
struct SOAPReference: Sendable, CustomStringConvertible {
  var basis: SOAP.Basis
  var compression: SOAP.Compression
  var weighting: SOAP.Weighting?
  var centralWeight: Double?
  var elementWeights: [Double]?
  var features: [Double]

  var description: String {
    "\(basis) \(compression) \(weighting.map { "\($0)" } ?? "even")"
  }

  static let all = [
    SOAPReference(
      basis: .gto, compression: .off, weighting: nil,
      centralWeight: nil, elementWeights: nil,
      features: [
        0.0209764651, -0.210256873, 2.1075025, 0.0019172261, 0.0408550968, 0.870600986,
        -0.176894101, -0.169960559, 1.77309191, 1.70359379, 0, 0, 0, 0, 1.49174434, 1.43327392,
        1.3770953, 0, 0, 0,
      ]),
    SOAPReference(
      basis: .gto, compression: .mu2, weighting: nil,
      centralWeight: nil, elementWeights: [0.5, 2.0],
      features: [5.61843327, 7.2836628, 9.4424444, 0.000479306526, 0.0102137742, 0.217650246]),
    SOAPReference(
      basis: .gto, compression: .mu1nu1, weighting: nil,
      centralWeight: nil, elementWeights: nil,
      features: [
        -0.155917636, -0.380217432, 1.56283504, 3.81109629, 0.0019172261, 0.0408550968,
        0.0408550968, 0.870600986, 1.31485024, 3.20636583, 1.26331336, 3.08068909, 0, 0, 0, 0,
      ]),
    SOAPReference(
      basis: .gto, compression: .crossover, weighting: nil,
      centralWeight: nil, elementWeights: nil,
      features: [
        0.0209764651, -0.210256873, 2.1075025, 0.0019172261, 0.0408550968, 0.870600986, 1.49174434,
        1.43327392, 1.3770953, 0, 0, 0,
      ]),
    SOAPReference(
      basis: .gto, compression: .off, weighting: .polynomial(scale: 1.2, radius: 4, exponent: 2),
      centralWeight: nil, elementWeights: nil,
      features: [
        0.0161884401, -0.16226427, 1.62645031, 0.00147960583, 0.031529635, 0.671880218,
        -0.186479436, -0.179170186, 1.86917018, 1.79590617, 0, 0, 0, 0, 2.14811185, 2.06391444,
        1.98301723, 0, 0, 0,
      ]),
    SOAPReference(
      basis: .gto, compression: .off,
      weighting: .power(scale: 1, offset: 1, radius: 2, exponent: 3),
      centralWeight: 0.3, elementWeights: nil,
      features: [
        0.0170364145, -0.170763912, 1.71164617, 0.00155710976, 0.0331812037, 0.707074293,
        -0.0478252834, -0.0459507232, 0.479375076, 0.460585487, 0, 0, 0, 0, 0.134256991,
        0.128994652, 0.123938577, 0, 0, 0,
      ]),
    SOAPReference(
      basis: .gto, compression: .off, weighting: .exponential(scale: 1.5, offset: 0.5, radius: 2),
      centralWeight: nil, elementWeights: nil,
      features: [
        0.0376487008, -0.377370451, 3.78255968, 0.00344105032, 0.0733270028, 1.56256051,
        -0.23698573, -0.227696835, 2.37541828, 2.28231136, 0, 0, 0, 0, 1.49174434, 1.43327392,
        1.3770953, 0, 0, 0,
      ]),
    SOAPReference(
      basis: .gto, compression: .off, weighting: nil,
      centralWeight: 0.0, elementWeights: nil,
      features: [
        0.0209764651, -0.210256873, 2.1075025, 0.0019172261, 0.0408550968, 0.870600986, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      ]),
    SOAPReference(
      basis: .polynomial, compression: .off, weighting: nil,
      centralWeight: nil, elementWeights: nil,
      features: [
        0.764138519, 0.970756687, 1.23324309, 0.386480672, 0.413328751, 0.442041914, -0.154963668,
        1.48688727, -0.196864853, 1.88893208, 0, 0, 0, 0, 0.0314258971, -0.301533688, 2.8932369, 0,
        0, 0,
      ]),
    SOAPReference(
      basis: .polynomial, compression: .mu2, weighting: nil,
      centralWeight: nil, elementWeights: nil,
      features: [0.48563708, 1.95924542, 7.90434415, 0.386480672, 0.413328751, 0.442041914]),
    SOAPReference(
      basis: .polynomial, compression: .mu1nu1, weighting: nil,
      centralWeight: nil, elementWeights: nil,
      features: [
        0.609174851, 2.45764396, 0.773891834, 3.12217517, 0.386480672, 0.413328751, 0.413328751,
        0.442041914, -0.123537771, -0.498398541, 1.18535358, 4.78216898, 0, 0, 0, 0,
      ]),
    SOAPReference(
      basis: .polynomial, compression: .crossover, weighting: nil,
      centralWeight: nil, elementWeights: nil,
      features: [
        0.764138519, 0.970756687, 1.23324309, 0.386480672, 0.413328751, 0.442041914, 0.0314258971,
        -0.301533688, 2.8932369, 0, 0, 0,
      ]),
    SOAPReference(
      basis: .polynomial, compression: .off,
      weighting: .polynomial(scale: 1.2, radius: 4, exponent: 2),
      centralWeight: nil, elementWeights: nil,
      features: [
        0.589718554, 0.749174679, 0.95174672, 0.298263754, 0.31898357, 0.341142753, -0.163360662,
        1.56745701, -0.20753234, 1.99128737, 0, 0, 0, 0, 0.0452532918, -0.434208511, 4.16626114, 0,
        0, 0,
      ]),
    SOAPReference(
      basis: .polynomial, compression: .off,
      weighting: .power(scale: 1, offset: 1, radius: 2, exponent: 3),
      centralWeight: 0.3, elementWeights: nil,
      features: [
        0.620608881, 0.788417552, 1.00160061, 0.313887248, 0.3356924, 0.359012313, -0.0418961475,
        0.401996475, -0.0532245977, 0.510693751, 0, 0, 0, 0, 0.00282833074, -0.0271380319,
        0.260391321, 0, 0, 0,
      ]),
    SOAPReference(
      basis: .polynomial, compression: .off,
      weighting: .exponential(scale: 1.5, offset: 0.5, radius: 2),
      centralWeight: nil, elementWeights: nil,
      features: [
        1.37148096, 1.74232064, 2.21343299, 0.693658112, 0.741845224, 0.793379804, -0.207605442,
        1.99198878, -0.263740625, 2.53060981, 0, 0, 0, 0, 0.0314258971, -0.301533688, 2.8932369, 0,
        0, 0,
      ]),
    SOAPReference(
      basis: .polynomial, compression: .off, weighting: nil,
      centralWeight: 0.0, elementWeights: nil,
      features: [
        0.764138519, 0.970756687, 1.23324309, 0.386480672, 0.413328751, 0.442041914, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0,
      ]),
  ]
}
