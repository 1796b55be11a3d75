import ArgumentParser
import DenseMath
import Foundation
import Representations

/// The command line: parse, call, print.
@main
struct Athanor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "athanor",
    abstract: "From materials data to the next experiment.",
    discussion: """
      Give it a table with a formula column and a number to predict:

        athanor inspect alloys.csv
        athanor train alloys.csv --target hardness
        athanor predict hardness.safetensors new-alloys.csv

      Or let it choose the experiments: athanor demo shows a whole campaign.
      """,
    version: Version.current,
    subcommands: [
      Demo.self, Inspect.self, Featurize.self, Pretrain.self, Train.self, Predict.self,
      Explain.self,
      Screen.self, Evaluate.self, Bench.self, Embed.self, SymbolicCommand.self,
      CampaignCommand.self, Serve.self, TokenCommand.self, DataCommand.self, StoreCommand.self,
      TextCommand.self,
    ])

  /// Exit codes: 0 done, 1 failure, 2 wrong use.
  static func main() async {
    MemoryRefusal.watch()
    MemoryRoom.saveAddresses()
    do {
      var command = try parseAsRoot()
      try (command as? any NetworkCommand)?.chooseDevice()
      GraphCache.kept.report { Terminal.log("athanor: \($0)") }
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      // Results that are still in the buffer may meet a full disk.
      guard fflush(nil) == 0 else {
        throw CommandError(
          "Standard output cannot be written: \(String(cString: strerror(errno))).")
      }
    } catch {
      finish(with: error)
    }
  }

  private static func finish(with error: any Error) -> Never {
    // A command that has said what is wrong and only sets the exit code.
    if let code = error as? ExitCode { Foundation.exit(code.rawValue) }
    switch exitCode(for: error) {
    case .success:
      print(fullMessage(for: error))
      Foundation.exit(0)
    case .validationFailure:
      Terminal.log(fullMessage(for: error))
      Foundation.exit(2)
    default:
      Terminal.log("athanor: \(Terminal.sentence(for: error))")
      Foundation.exit(1)
    }
  }
}
