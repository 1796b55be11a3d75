import Foundation

/// `exp(x²) erfc(x)`, which stays finite where `erfc` alone underflows.
///
/// Rational approximations of Cody, Math. Comp. 23, 631 (1969), and the program CALERF: relative
/// error about 1e-16 for x ≥ 0. Overflows to infinity below about −26.6, as the function does.
public func scaledComplementaryErrorFunction(_ x: Double) -> Double {
  if x.isNaN { return x }
  let size = abs(x)
  if size <= 0.46875 { return exp(x * x) * (1 - Cody.smallErrorFunction(x)) }
  let positive = size <= 4 ? Cody.middle(size) : Cody.tail(size)
  return x > 0 ? positive : 2 * exp(x * x) - positive
}

private enum Cody {
  /// `erf(x)` for |x| ≤ 0.46875.
  static func smallErrorFunction(_ x: Double) -> Double {
    let square = x * x
    var top = 1.857_777_061_846_031_53e-1 * square
    var bottom = square
    for k in 0..<3 {
      top = (top + small.top[k]) * square
      bottom = (bottom + small.bottom[k]) * square
    }
    return x * (top + small.top[3]) / (bottom + small.bottom[3])
  }

  /// `exp(x²) erfc(x)` for 0.46875 < x ≤ 4.
  static func middle(_ x: Double) -> Double {
    var top = 2.153_115_354_744_038_46e-8 * x
    var bottom = x
    for k in 0..<7 {
      top = (top + center.top[k]) * x
      bottom = (bottom + center.bottom[k]) * x
    }
    return (top + center.top[7]) / (bottom + center.bottom[7])
  }

  /// `exp(x²) erfc(x)` for x > 4.
  static func tail(_ x: Double) -> Double {
    let inverse = 1 / (x * x)
    var top = 1.631_538_713_730_209_78e-2 * inverse
    var bottom = inverse
    for k in 0..<4 {
      top = (top + far.top[k]) * inverse
      bottom = (bottom + far.bottom[k]) * inverse
    }
    let correction = inverse * (top + far.top[4]) / (bottom + far.bottom[4])
    return (1 / Double.pi.squareRoot() - correction) / x
  }

  private static let small = (
    top: [
      3.161_123_743_870_565_60, 1.138_641_541_510_501_56e2, 3.774_852_376_853_020_21e2,
      3.209_377_589_138_469_47e3,
    ],
    bottom: [
      2.360_129_095_234_412_09e1, 2.440_246_379_344_441_73e2, 1.282_616_526_077_372_28e3,
      2.844_236_833_439_170_62e3,
    ]
  )

  private static let center = (
    top: [
      5.641_884_969_886_700_89e-1, 8.883_149_794_388_375_94, 6.611_919_063_714_162_95e1,
      2.986_351_381_974_001_31e2, 8.819_522_212_417_690_90e2, 1.712_047_612_634_070_58e3,
      2.051_078_377_826_071_47e3, 1.230_339_354_797_997_25e3,
    ],
    bottom: [
      1.574_492_611_070_983_47e1, 1.176_939_508_913_124_99e2, 5.371_811_018_620_098_58e2,
      1.621_389_574_566_690_19e3, 3.290_799_235_733_459_63e3, 4.362_619_090_143_247_16e3,
      3.439_367_674_143_721_64e3, 1.230_339_354_803_749_42e3,
    ]
  )

  private static let far = (
    top: [
      3.053_266_349_612_323_44e-1, 3.603_448_999_498_044_39e-1, 1.257_817_261_112_292_46e-1,
      1.608_378_514_874_227_66e-2, 6.587_491_615_298_378_03e-4,
    ],
    bottom: [
      2.568_520_192_289_822_42, 1.872_952_849_923_460_47, 5.279_051_029_514_284_12e-1,
      6.051_834_131_244_131_91e-2, 2.335_204_976_268_691_85e-3,
    ]
  )
}
