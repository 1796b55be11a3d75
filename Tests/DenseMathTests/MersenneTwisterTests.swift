import DenseMath
import Testing

/// Reference values: NumPy 2.4.6, `numpy.random.RandomState`.
@Suite("Mersenne Twister")
struct MersenneTwisterTests {
  @Test("Gives the sequence of the reference implementation")
  func words() {
    // Seed 5489 is the default of MT19937: the 10,000th word is 4123659995 (C++ standard, 29.5.6).
    var generator = MersenneTwister(seed: 5489)
    for _ in 0..<9999 { _ = generator.nextWord() }
    #expect(generator.nextWord() == 4_123_659_995)
  }

  @Test("Shuffles and draws as RandomState does")
  func shuffles() {
    var generator = MersenneTwister(seed: 18_012_019)
    var items = Array(0..<12)
    generator.shuffle(&items)
    #expect(items == [7, 1, 8, 2, 3, 10, 11, 4, 5, 0, 9, 6])
    #expect(generator.uniform() == 0.9419418846158307)
    var bounded = MersenneTwister(seed: 7)
    #expect((0..<6).map { _ in bounded.integer(upTo: 99) } == [47, 68, 25, 67, 83, 23])
  }
}
