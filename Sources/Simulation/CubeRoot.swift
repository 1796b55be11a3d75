import Foundation

/// The real cube root.
func cubeRoot(_ x: Double) -> Double { cbrt(x) }
