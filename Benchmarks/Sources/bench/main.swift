import Foundation

// Measures speed beside the peers that are installed; a line of JSON for each figure.
//
//   bench [NAME…]
//
// Names: startup, featurize, eam, encoder, cif, extxyz, neighbors, matcher, import,
// composition-peers, crystal-peers, crystal-errors, descriptors, acquisition, processes. Without a
// name, all of them.

let benchmarks: [(name: String, run: () throws -> Void)] = [
  ("startup", benchmarkStartup),
  ("featurize", benchmarkFeaturize),
  ("eam", benchmarkEAM),
  ("encoder", benchmarkEncoder),
  ("cif", benchmarkCIF),
  ("extxyz", benchmarkExtendedXYZ),
  ("neighbors", benchmarkNeighbors),
  ("matcher", benchmarkMatcher),
  ("import", benchmarkImport),
  ("composition-peers", benchmarkCompositionPeers),
  ("crystal-peers", benchmarkCrystalPeers),
  ("crystal-errors", benchmarkCrystalErrors),
  ("descriptors", benchmarkDescriptors),
  ("acquisition", benchmarkAcquisition),
  ("processes", benchmarkGaussianProcess),
]

let wanted = CommandLine.arguments.dropFirst()
for name in wanted where !benchmarks.contains(where: { $0.name == name }) {
  skip("there is no benchmark \"\(name)\"; there are \(benchmarks.map(\.name)).")
  exit(2)
}
for benchmark in benchmarks where wanted.isEmpty || wanted.contains(benchmark.name) {
  try benchmark.run()
}
