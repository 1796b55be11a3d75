internal import CXGBoost

/// Grows single trees with XGBoost's histogram method for given derivatives of a loss.
///
/// One grower belongs to one thread at a time. XGBoost's own threads (OpenMP) stay at the number
/// asked for: use 1 wherever several models are trained side by side, or each of them starts a
/// team of its own. Each tree is grown by a booster of its own with its own seed, so that the
/// result depends on nothing that came before.
final class XGBoostGrower {
  private let library: cx_api
  private let matrix: UnsafeMutableRawPointer
  private let parameters: [(name: String, value: String)]
  private let rows: Int
  private let features: Int

  init(_ features: FeatureRows, settings: BoostingSettings) throws(TreeError) {
    library = try XGBoostLibrary.table()
    rows = features.count
    self.features = features.columns
    parameters = XGBoostGrower.parameters(settings)
    // The setting is kept per thread.
    try library.check(library.set_global_config("{\"verbosity\": 0}"), "be silent")
    var handle: UnsafeMutableRawPointer?
    let status = library.matrix_from_dense(
      features.values, UInt64(features.count), UInt64(features.columns), .nan, &handle,
      Int32(settings.threads))
    try library.check(status, "take the features")
    guard let handle else {
      throw .libraryFailed(task: "take the features", reason: "it gave no matrix")
    }
    matrix = handle
  }

  deinit { _ = library.matrix_free(matrix) }

  private static func parameters(_ settings: BoostingSettings) -> [(String, String)] {
    [
      ("verbosity", "0"), ("booster", "gbtree"), ("tree_method", "hist"),
      ("objective", "reg:squarederror"), ("base_score", "0"), ("eta", "1"),
      ("max_depth", "\(settings.depth)"), ("max_bin", "\(settings.bins)"),
      ("min_child_weight", "\(settings.minimumChildWeight)"),
      ("lambda", "\(settings.l2Penalty)"), ("gamma", "\(settings.splitPenalty)"),
      ("colsample_bytree", "\(settings.columnSample)"), ("nthread", "\(settings.threads)"),
    ]
  }

  /// One tree with Newton steps at its leaves, not yet multiplied by a learning rate.
  ///
  /// - Parameters:
  ///   - gradients: First derivatives, one a row.
  ///   - hessians: Second derivatives or bounds of them; a row with zeros in both does not count.
  func tree(
    gradients: inout [Float], hessians: inout [Float], seed: UInt64
  ) throws(TreeError) -> DecisionTree {
    precondition(gradients.count == rows && hessians.count == rows, "one derivative a row")
    let booster = try newBooster(seed: seed)
    defer { _ = library.booster_free(booster) }
    let status = library.booster_boost(
      booster, matrix, &gradients, &hessians, UInt64(gradients.count))
    try library.check(status, "grow a tree")
    return try stored(booster)
  }

  private func newBooster(seed: UInt64) throws(TreeError) -> UnsafeMutableRawPointer {
    var handle: UnsafeMutableRawPointer?
    let matrices: [UnsafeMutableRawPointer?] = [matrix]
    try library.check(library.booster_create(matrices, 1, &handle), "make a booster")
    guard let handle else {
      throw .libraryFailed(task: "make a booster", reason: "it gave none")
    }
    do throws(TreeError) {
      for (name, value) in parameters + [("seed", "\(seed >> 33)")] {
        try library.check(library.booster_set_parameter(handle, name, value), "set \(name)")
      }
    } catch {
      _ = library.booster_free(handle)
      throw error
    }
    return handle
  }

  private func stored(_ booster: UnsafeMutableRawPointer) throws(TreeError) -> DecisionTree {
    var length: UInt64 = 0
    var bytes: UnsafePointer<CChar>?
    let status = library.booster_save(booster, "{\"format\": \"ubj\"}", &length, &bytes)
    try library.check(status, "give its tree")
    let buffer = UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : Int(length))
    let model = try UniversalBinaryJSON.read(Array(buffer))
    return try DecisionTree(xgboost: model, features: features)
  }
}
