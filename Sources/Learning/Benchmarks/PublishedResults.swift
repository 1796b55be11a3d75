/// Figures of peers beside which ours are printed.
///
/// Matbench: mean over the five official folds, from the leaderboard's stored files (snapshot of
/// 2024-01-20; Dunn et al., npj Comput. Mater. 6, 138 (2020)). CrabNet's splits: test MAE from
/// Wang et al., npj Comput. Mater. 7, 77 (2021).
public struct PublishedResult: Codable, Hashable, Sendable {
  public let model: String
  /// MAE in the unit of the task; balanced accuracy for classes.
  public let value: Double
  /// What to know before comparing, or `nil`.
  public let caveat: String?

  private init(_ model: String, _ value: Double, _ caveat: String? = nil) {
    self.model = model
    self.value = value
    self.caveat = caveat
  }

  /// The published figures for a task, the best first; empty for tasks without any.
  public static func results(for task: String) -> [PublishedResult] {
    table[task] ?? []
  }

  private static let leaky =
    "the pipeline was searched on all rows, test folds included"
  private static let structure = "uses the crystal structure"
  private static let thresholded =
    "listed as ROC-AUC, but scored on thresholded labels: balanced accuracy"

  private static let table: [String: [PublishedResult]] = [
    "matbench_steels": [
      .init("TPOT-Mat", 79.95, leaky), .init("AutoML-Mat", 82.30, "the tool was picked by hand"),
      .init("MODNet 0.1.12", 87.76), .init("RF-Regex", 90.59), .init("CrabNet", 107.32),
      .init("mean of the training rows", 229.74),
    ],
    "matbench_expt_gap": [
      .init("Darwin", 0.2865, "a language model of 7 billion parameters"),
      .init("Ax/SAASBO CrabNet", 0.3310, "days of tuning"), .init("MODNet 0.1.12", 0.3327),
      .init("CrabNet", 0.3463), .init("RF-SCM/Magpie", 0.4461),
      .init("mean of the training rows", 1.1435),
    ],
    "matbench_expt_is_metal": [
      .init("Darwin", 0.9598, thresholded), .init("AMMExpress", 0.9209, thresholded),
      .init("RF-SCM/Magpie", 0.9167, thresholded), .init("MODNet 0.1.12", 0.9161, thresholded),
    ],
    "matbench_dielectric": [
      .init("MODNet 0.1.12", 0.2711, structure), .init("coGN", 0.3088, structure),
      .init("Finder composition", 0.3204), .init("CrabNet", 0.3234),
      .init("RF-SCM/Magpie", 0.4196, structure), .init("mean of the training rows", 0.8088),
    ],
    "matbench_phonons": [
      .init("MEGNet (kgcnn 2.1)", 28.76, structure), .init("ALIGNN", 29.54, structure),
      .init("Finder composition", 46.58), .init("CrabNet", 55.11),
      .init("RF-SCM/Magpie", 67.61, structure), .init("mean of the training rows", 323.98),
    ],
    "matbench_log_kvrh": [
      .init("coNGN", 0.0491, structure), .init("MODNet 0.1.12", 0.0548, structure),
      .init("CrabNet", 0.0758), .init("Finder composition", 0.0764),
      .init("RF-SCM/Magpie", 0.0820, structure), .init("mean of the training rows", 0.2897),
    ],
    "matbench_log_gvrh": [
      .init("coNGN", 0.0670, structure), .init("Finder composition", 0.0996),
      .init("CrabNet", 0.1014), .init("RF-SCM/Magpie", 0.1040, structure),
    ],
    "matbench_jdft2d": [
      .init("MODNet 0.1.12", 33.19, structure), .init("CrabNet", 45.61),
      .init("RF-SCM/Magpie", 50.04, structure),
    ],
    "matbench_glass": [
      .init("MODNet 0.1.12", 0.9603, "not reproduced; " + thresholded),
      .init("AMMExpress", 0.8607, thresholded), .init("RF-SCM/Magpie", 0.8587, thresholded),
    ],
    "matbench_perovskites": [
      .init("coGN", 0.0269, structure), .init("RF-SCM/Magpie", 0.2355, structure),
      .init("CrabNet", 0.4065, "the composition does not say which element sits where"),
    ],
    "matbench_mp_gap": [
      .init("coGN", 0.1559, structure), .init("Finder composition", 0.2308),
      .init("CrabNet", 0.2655), .init("RF-SCM/Magpie", 0.3452, structure),
    ],
    "matbench_mp_e_form": [
      .init("coGN", 0.0170, structure), .init("Finder composition", 0.0839),
      .init("CrabNet", 0.0862), .init("RF-SCM/Magpie", 0.1165, structure),
      .init("mean of the training rows", 1.0059),
    ],
    "aflow__Egap": columns(0.337, 0.301, 0.316, 0.372, 0.384),
    "aflow__energy_atom": columns(0.0864, 0.0929, 0.0938, 0.122, 0.224),
    "aflow__ael_bulk_modulus_vrh": columns(8.82, 8.69, 9.10, 12.12, 11.91),
    "aflow__agl_thermal_conductivity_300K": columns(2.70, 2.32, 2.25, 3.32, 2.66),
    "mp_bulk_modulus": columns(11.39, 11.21, 11.92, 15.14, 14.36),
    "OQMD_Bandgap": columns(0.0877, 0.0492, 0.0481, 0.148, 0.0601),
  ]

  private static func columns(
    _ roost: Double, _ crabNet: Double, _ hotCrab: Double, _ elemNet: Double, _ forest: Double
  ) -> [PublishedResult] {
    [
      .init("Roost", roost), .init("CrabNet", crabNet), .init("HotCrab", hotCrab),
      .init("ElemNet", elemNet), .init("RF-Magpie", forest),
    ].sorted { $0.value < $1.value }
  }
}
