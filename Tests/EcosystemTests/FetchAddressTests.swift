import Ecosystem
import Foundation
import Synchronization
import Testing

@Suite("Addresses that may be asked")
struct FetchAddressTests {
  @Test(
    "Knows how far an address reaches",
    arguments: [
      ("8.8.8.8", .global), ("93.184.216.34", .global), ("127.0.0.1", .loopback),
      ("127.255.255.254", .loopback), ("10.1.2.3", .privateNetwork),
      ("172.16.0.1", .privateNetwork), ("172.31.255.255", .privateNetwork), ("172.32.0.1", .global),
      ("192.168.1.1", .privateNetwork), ("100.64.0.1", .privateNetwork), ("100.128.0.1", .global),
      ("169.254.169.254", .linkLocal), ("0.0.0.0", .reserved), ("224.0.0.1", .reserved),
      ("255.255.255.255", .reserved), ("192.0.2.1", .reserved), ("198.18.0.1", .reserved),
      ("::1", .loopback), ("[::1]", .loopback), ("::", .reserved), ("fe80::1", .linkLocal),
      ("fd00::1", .privateNetwork), ("fec0::1", .privateNetwork), ("ff02::1", .reserved),
      ("2606:4700::1111", .global), ("2001:db8::1", .reserved), ("::ffff:127.0.0.1", .loopback),
      ("::ffff:10.0.0.1", .privateNetwork), ("64:ff9b::a9fe:a9fe", .linkLocal),
      ("2002:7f00:1::", .loopback), ("::7f00:1", .loopback), ("2001::1", .reserved),
    ] as [(String, NetworkAddress.Reach)])
  func knowsReach(_ text: String, _ reach: NetworkAddress.Reach) {
    #expect(NetworkAddress(text)?.reach == reach)
  }

  private static let names = FixedResolver([
    "data.example": ["93.184.216.34", "2606:4700::1111"], "inside.example": ["10.0.0.7"],
    "mixed.example": ["93.184.216.34", "127.0.0.1"], "meta.example": ["169.254.169.254"],
    "localhost": ["127.0.0.1", "::1"], "2130706433": ["127.0.0.1"], "0x7f.1": ["127.0.0.1"],
  ])

  private func policy(
    _ base: String, http: Bool = false, house: Bool = false
  ) throws -> AddressPolicy {
    var policy = AddressPolicy(base: try #require(URL(string: base)), resolver: Self.names)
    policy.allowsPlainHTTP = http
    policy.allowsPrivateNetwork = house
    return policy
  }

  @Test(
    "Allows the public internet by https, and loopback where it was named",
    arguments: [
      ("https://data.example/o", "https://data.example/o/v1?x=y"),
      ("http://127.0.0.1:5000", "http://127.0.0.1:5000/v1"),
      ("http://localhost:5000", "http://[::1]:5000/v1"),
    ])
  func allows(_ base: String, _ url: String) throws {
    let address = try #require(URL(string: url))
    #expect(try !policy(base).check(address).isEmpty)
  }

  @Test(
    "Refuses the rest and says why",
    arguments: [
      ("http://data.example/", "plain http"), ("https://inside.example/", "a private network"),
      ("https://mixed.example/", "this machine"), ("https://meta.example/", "link-local"),
      ("https://localhost/", "this machine"), ("https://127.0.0.1/", "this machine"),
      ("https://2130706433/", "this machine"), ("https://0x7f.1/", "this machine"),
      ("https://[::ffff:169.254.169.254]/", "link-local"), ("file:///etc/passwd", "only https"),
      ("ftp://data.example/", "only https"), ("https://me:secret@data.example/", "password"),
      ("https://nowhere.example/", "No host nowhere.example"), ("https:///x", "no host"),
      ("https://0.0.0.0/", "reserved"),
    ])
  func refuses(_ url: String, _ words: String) throws {
    let policy = try policy("https://data.example/")
    let address = try #require(URL(string: url))
    let thrown = #expect(throws: HTTPError.self) { try policy.check(address) }
    let error = try #require(thrown)
    #expect("\(error)".contains(words), "\(error)")
    #expect(!"\(error)".contains("secret"))
  }

  @Test("Opens private networks and plain http on request alone")
  func opensOnRequest() throws {
    let inside = try #require(URL(string: "http://inside.example/"))
    #expect(throws: HTTPError.self) {
      try policy("http://inside.example", http: true).check(inside)
    }
    #expect(throws: HTTPError.self) {
      try policy("http://inside.example", house: true).check(inside)
    }
    let both = try policy("http://inside.example", http: true, house: true)
    #expect(try both.check(inside).map(\.description) == ["10.0.0.7"])
    let meta = try #require(URL(string: "http://meta.example/"))
    #expect(throws: HTTPError.self) { try both.check(meta) }
  }

  @Test("Notices a name that leads elsewhere the second time")
  func noticesChange() throws {
    let names = ChangingResolver()
    let url = try #require(URL(string: "https://data.example/"))
    let policy = AddressPolicy(base: url, resolver: names)
    #expect(try policy.check(url).count == 1)
    let error = #expect(throws: HTTPError.self) { try policy.check(url) }
    #expect(error.map { "\($0)" }?.contains("a private network") == true)
  }
}

/// A name server that answers with a public address once, then with one of the house.
private final class ChangingResolver: NameResolver {
  private let calls = Mutex(0)

  func addresses(of host: String) -> [NetworkAddress] {
    let call = calls.withLock { count in
      count += 1
      return count
    }
    return [NetworkAddress(call <= 1 ? "93.184.216.34" : "192.168.0.1")].compactMap { $0 }
  }
}
