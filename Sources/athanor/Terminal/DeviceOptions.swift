import ArgumentParser
import Torch

/// Where networks compute: an option of every command that may have some.
struct DeviceOptions: ParsableArguments {
  @Option(help: "What computes with networks.")
  var device = DeviceChoice.cpu
}

/// Devices by their names on the command line.
enum DeviceChoice: String, ExpressibleByArgument, CaseIterable {
  case cpu
  case cuda

  var device: Device {
    switch self {
    case .cpu: .cpu
    case .cuda: .cuda
    }
  }
}

/// A command that may compute with networks; ``Athanor`` sees to the device before it runs.
protocol NetworkCommand: ParsableCommand {
  var networks: DeviceOptions { get }
}

extension NetworkCommand {
  /// The processor needs no word, and libtorch is not opened for it.
  ///
  /// - Throws: ``TorchError`` where the chosen device cannot be used.
  func chooseDevice() throws {
    if networks.device != .cpu { try TorchRuntime.use(networks.device.device) }
  }
}
