/// The areas that are answered, by the name in `inputs.json`.
enum KnownAreas {
  static var byName: [String: any ConformanceArea.Type] {
    [
      "acquisition": AcquisitionArea.self,
      "cif_syntax": CIFSyntaxArea.self,
      "composition": CompositionArea.self,
      "csv_json": CSVJSONArea.self,
      "descriptors": DescriptorsArea.self,
      "elmd": ElmdArea.self,
      "encodings": EncodingsArea.self,
      "extxyz": ExtendedXYZArea.self,
      "gp": GaussianProcessArea.self,
      "hostile": HostileArea.self,
      "ipi": IPIArea.self,
      "magpie": MagpieArea.self,
      "matching": MatchingArea.self,
      "metrics": MetricsArea.self,
      "neighbors": NeighborsArea.self,
      "optimade": OptimadeArea.self,
      "safetensors": SafetensorsArea.self,
      "structures": StructuresArea.self,
      "symmetry": SymmetryArea.self,
    ]
  }
}
