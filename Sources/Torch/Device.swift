import CTorch

/// What computes with tensors.
public enum Device: Hashable, Sendable {
  case cpu
  case cuda

  var code: ct_device {
    switch self {
    case .cpu: CT_CPU
    case .cuda: CT_CUDA
    }
  }
}
