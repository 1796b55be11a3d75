extension ZhouParameters {
  /// The sixteen metals of Zhou, Johnson and Wadley, Phys. Rev. B 69, 144113 (2004), table III,
  /// doi:10.1103/PhysRevB.69.144113, in the order of the paper.
  ///
  /// The numbers are those of the file `EAM_code` that the authors distribute (LAMMPS,
  /// `tools/eam_database`; NIST Interatomic Potentials Repository), which adds masses and the
  /// bounds of the embedding function's pieces.
  public static let all: [ZhouParameters] = [
    ZhouParameters(  // Cu
      atomicNumber: 29, mass: 63.546, re: 2.556162, fe: 1.554485,
      rhoE: 21.175871, rhoS: 21.175395, alpha: 8.127620, beta: 4.334731,
      a: 0.396620, b: 0.548085, kappa: 0.308782, lambda: 0.756515,
      fn: (-2.170269, -0.263788, 1.088878, -0.817603),
      f: (-2.19, 0.00, 0.561830, -2.100595),
      eta: 0.310490, fEnd: -2.186568, lower: 0.85, upper: 1.15),
    ZhouParameters(  // Ag
      atomicNumber: 47, mass: 107.8682, re: 2.891814, fe: 1.106232,
      rhoE: 14.604100, rhoS: 14.604144, alpha: 9.132010, beta: 4.870405,
      a: 0.277758, b: 0.419611, kappa: 0.339710, lambda: 0.750758,
      fn: (-1.729364, -0.255882, 0.912050, -0.561432),
      f: (-1.75, 0.00, 0.744561, -1.150650),
      eta: 0.783924, fEnd: -1.748423, lower: 0.85, upper: 1.15),
    ZhouParameters(  // Au
      atomicNumber: 79, mass: 196.96654, re: 2.885034, fe: 1.529021,
      rhoE: 19.991632, rhoS: 19.991509, alpha: 9.516052, beta: 5.075228,
      a: 0.229762, b: 0.356666, kappa: 0.356570, lambda: 0.748798,
      fn: (-2.937772, -0.500288, 1.601954, -0.835530),
      f: (-2.98, 0.00, 1.706587, -1.134778),
      eta: 1.021095, fEnd: -2.978815, lower: 0.85, upper: 1.15),
    ZhouParameters(  // Ni
      atomicNumber: 28, mass: 58.6934, re: 2.488746, fe: 2.007018,
      rhoE: 27.562015, rhoS: 27.562031, alpha: 8.383453, beta: 4.471175,
      a: 0.429046, b: 0.633531, kappa: 0.443599, lambda: 0.820658,
      fn: (-2.693513, -0.076445, 0.241442, -2.375626),
      f: (-2.70, 0.00, 0.265390, -0.152856),
      eta: 0.445470, fEnd: -2.7, lower: 0.85, upper: 1.15),
    ZhouParameters(  // Pd
      atomicNumber: 46, mass: 106.42, re: 2.750897, fe: 1.595417,
      rhoE: 21.335246, rhoS: 21.940073, alpha: 8.697397, beta: 4.638612,
      a: 0.406763, b: 0.598880, kappa: 0.397263, lambda: 0.754799,
      fn: (-2.321006, -0.473983, 1.615343, -0.231681),
      f: (-2.36, 0.00, 1.481742, -1.675615),
      eta: 1.130000, fEnd: -2.352753, lower: 0.85, upper: 1.15),
    ZhouParameters(  // Pt
      atomicNumber: 78, mass: 195.08, re: 2.771916, fe: 2.336509,
      rhoE: 33.367564, rhoS: 35.205357, alpha: 7.105782, beta: 3.789750,
      a: 0.556398, b: 0.696037, kappa: 0.385255, lambda: 0.770510,
      fn: (-1.455568, -2.149952, 0.528491, 1.222875),
      f: (-4.17, 0.00, 3.010561, -2.420128),
      eta: 1.450000, fEnd: -4.145597, lower: 0.25, upper: 1.15),
    ZhouParameters(  // Al
      atomicNumber: 13, mass: 26.981539, re: 2.863924, fe: 1.403115,
      rhoE: 20.418205, rhoS: 23.195740, alpha: 6.613165, beta: 3.527021,
      a: 0.314873, b: 0.365551, kappa: 0.379846, lambda: 0.759692,
      fn: (-2.807602, -0.301435, 1.258562, -1.247604),
      f: (-2.83, 0.00, 0.622245, -2.488244),
      eta: 0.785902, fEnd: -2.824528, lower: 0.85, upper: 1.15),
    ZhouParameters(  // Pb
      atomicNumber: 82, mass: 207.2, re: 3.499723, fe: 0.647872,
      rhoE: 8.450154, rhoS: 8.450063, alpha: 9.121799, beta: 5.212457,
      a: 0.161219, b: 0.236884, kappa: 0.250805, lambda: 0.764955,
      fn: (-1.422370, -0.210107, 0.682886, -0.529378),
      f: (-1.44, 0.00, 0.702726, -0.538766),
      eta: 0.935380, fEnd: -1.439436, lower: 0.85, upper: 1.15),
    ZhouParameters(  // Fe
      atomicNumber: 26, mass: 55.847, re: 2.481987, fe: 1.885957,
      rhoE: 20.041463, rhoS: 20.041463, alpha: 9.818270, beta: 5.236411,
      a: 0.392811, b: 0.646243, kappa: 0.170306, lambda: 0.340613,
      fn: (-2.534992, -0.059605, 0.193065, -2.282322),
      f: (-2.54, 0.00, 0.200269, -0.148770),
      eta: 0.391750, fEnd: -2.539945, lower: 0.85, upper: 1.15),
    ZhouParameters(  // Mo
      atomicNumber: 42, mass: 95.94, re: 2.728100, fe: 2.723710,
      rhoE: 29.354065, rhoS: 29.354065, alpha: 8.393531, beta: 4.476550,
      a: 0.708787, b: 1.120373, kappa: 0.137640, lambda: 0.275280,
      fn: (-3.692913, -0.178812, 0.380450, -3.133650),
      f: (-3.71, 0.00, 0.875874, 0.776222),
      eta: 0.790879, fEnd: -3.712093, lower: 0.85, upper: 1.15),
    ZhouParameters(  // Ta
      atomicNumber: 73, mass: 180.9479, re: 2.860082, fe: 3.086341,
      rhoE: 33.787168, rhoS: 33.787168, alpha: 8.489528, beta: 4.527748,
      a: 0.611679, b: 1.032101, kappa: 0.176977, lambda: 0.353954,
      fn: (-5.103845, -0.405524, 1.112997, -3.585325),
      f: (-5.14, 0.00, 1.640098, 0.221375),
      eta: 0.848843, fEnd: -5.141526, lower: 0.85, upper: 1.15),
    ZhouParameters(  // W
      atomicNumber: 74, mass: 183.84, re: 2.740840, fe: 3.487340,
      rhoE: 37.234847, rhoS: 37.234847, alpha: 8.900114, beta: 4.746728,
      a: 0.882435, b: 1.394592, kappa: 0.139209, lambda: 0.278417,
      fn: (-4.946281, -0.148818, 0.365057, -4.432406),
      f: (-4.96, 0.00, 0.661935, 0.348147),
      eta: 0.582714, fEnd: -4.961306, lower: 0.85, upper: 1.15),
    ZhouParameters(  // Mg
      atomicNumber: 12, mass: 24.305, re: 3.196291, fe: 0.544323,
      rhoE: 7.132600, rhoS: 7.132600, alpha: 10.228708, beta: 5.455311,
      a: 0.137518, b: 0.225930, kappa: 0.5, lambda: 1.0,
      fn: (-0.896473, -0.044291, 0.162232, -0.689950),
      f: (-0.90, 0.00, 0.122838, -0.226010),
      eta: 0.431425, fEnd: -0.899702, lower: 0.85, upper: 1.15),
    ZhouParameters(  // Co
      atomicNumber: 27, mass: 58.9332, re: 2.505979, fe: 1.975299,
      rhoE: 27.206789, rhoS: 27.206789, alpha: 8.679625, beta: 4.629134,
      a: 0.421378, b: 0.640107, kappa: 0.5, lambda: 1.0,
      fn: (-2.541799, -0.219415, 0.733381, -1.589003),
      f: (-2.56, 0.00, 0.705845, -0.687140),
      eta: 0.694608, fEnd: -2.559307, lower: 0.85, upper: 1.15),
    ZhouParameters(  // Ti
      atomicNumber: 22, mass: 47.88, re: 2.933872, fe: 1.863200,
      rhoE: 25.565138, rhoS: 25.565138, alpha: 8.775431, beta: 4.680230,
      a: 0.373601, b: 0.570968, kappa: 0.5, lambda: 1.0,
      fn: (-3.203773, -0.198262, 0.683779, -2.321732),
      f: (-3.22, 0.00, 0.608587, -0.750710),
      eta: 0.558572, fEnd: -3.219176, lower: 0.85, upper: 1.15),
    ZhouParameters(  // Zr
      atomicNumber: 40, mass: 91.224, re: 3.199978, fe: 2.230909,
      rhoE: 30.879991, rhoS: 30.879991, alpha: 8.559190, beta: 4.564902,
      a: 0.424667, b: 0.640054, kappa: 0.5, lambda: 1.0,
      fn: (-4.485793, -0.293129, 0.990148, -3.202516),
      f: (-4.51, 0.00, 0.928602, -0.981870),
      eta: 0.597133, fEnd: -4.509025, lower: 0.85, upper: 1.15),
  ]
}
