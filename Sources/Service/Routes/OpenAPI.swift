import Foundation

/// The OpenAPI 3.1 document, made from the table of routes.
struct OpenAPI {
  private let routes: [Route]

  /// The names of the campaigns that there are.
  private let campaigns: [String]

  init(_ routes: [Route], campaigns: [String] = []) {
    self.routes = routes
    self.campaigns = campaigns
  }

  var json: String {
    let document: [String: Any] = [
      "openapi": "3.1.0",
      "info": [
        "title": "Athanor", "version": "1",
        "description": "Campaigns of experiments: robots and people claim, measure and report.",
      ],
      "servers": [["url": "/"]],
      "paths": paths,
      "components": ["securitySchemes": securitySchemes, "schemas": schemas],
    ]
    let data = try? JSONSerialization.data(
      withJSONObject: document, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  private var paths: [String: Any] {
    var paths: [String: [String: Any]] = [:]
    for route in routes {
      paths[route.path, default: [:]][route.method.rawValue.lowercased()] = operation(route)
    }
    return paths
  }

  private func operation(_ route: Route) -> [String: Any] {
    var operation: [String: Any] = [
      "summary": route.summary, "operationId": Self.name(of: route),
      "responses": responses(route),
    ]
    if let scope = route.scope {
      operation["security"] = [["token": [String]()]]
      operation["x-scope"] = scope.rawValue
    } else {
      operation["security"] = [[String: Any]]()
    }
    var parameters: [[String: Any]] = []
    for name in Self.parameters(of: route) {
      parameters.append([
        "name": name, "in": "path", "required": true, "schema": pathSchema(name),
      ])
    }
    for field in route.query {
      parameters.append([
        "name": field.name, "in": "query", "required": false, "description": field.description,
        "schema": Self.schema(field),
      ])
    }
    operation["parameters"] = parameters
    if route.method == .post {
      operation["requestBody"] = [
        "required": true, "content": ["application/json": ["schema": schema(route.fields)]],
      ]
    }
    return operation
  }

  private func pathSchema(_ name: String) -> [String: Any] {
    switch name {
    case "number": ["type": "integer", "minimum": 1, "maximum": 999_999_999]
    case "key": ["type": "string", "pattern": "^[0-9a-f]{6,64}$"]
    case "model": ["type": "string", "pattern": "^[A-Za-z0-9_+-][A-Za-z0-9._+-]{0,119}$"]
    case "campaign" where !campaigns.isEmpty: ["type": "string", "enum": campaigns]
    default: ["type": "string", "minLength": 1]
    }
  }

  private static func schema(_ field: QueryField) -> [String: Any] {
    switch field.kind {
    case .integer(let range):
      ["type": "integer", "minimum": range.lowerBound, "maximum": range.upperBound]
    case .text: ["type": "string"]
    case .words(let words):
      [
        "type": "string",
        "pattern": "^(\(words.joined(separator: "|")))(,(\(words.joined(separator: "|"))))*$",
      ]
    }
  }

  /// Names of the parts of a path that stand for something.
  private static func parameters(of route: Route) -> [String] {
    route.path.split(separator: "/").compactMap { (part: Substring) -> String? in
      part.first == "{" ? String(part.dropFirst().dropLast()) : nil
    }
  }

  private static func name(of route: Route) -> String {
    let parts: [Substring] = route.path.split(separator: "/")
    let words = parts.compactMap { part -> String? in
      part == "v1" ? nil : String(part.drop { $0 == "{" }.prefix { $0 != "}" })
    }
    return ([route.method.rawValue.lowercased()] + words).joined(separator: "-")
  }

  private func responses(_ route: Route) -> [String: Any] {
    var content: [String: Any] = [:]
    if route.type == "application/json" {
      let members = route.answer.map { ($0, [String: Any]()) }
      content[route.type] = [
        "schema": [
          "type": "object",
          "properties": Dictionary(uniqueKeysWithValues: members),
        ]
      ]
    } else {
      content[route.type] = ["schema": ["type": "string"]]
    }
    var responses: [String: Any] = ["200": ["description": "Done.", "content": content]]
    var statuses = Set(route.statuses + [400, 408, 414, 421, 429, 431, 500, 503])
    if route.scope != nil { statuses.formUnion([401, 403]) }
    if route.path.contains("{") { statuses.insert(404) }
    if route.method == .post { statuses.formUnion([413, 415, 507]) }
    for status in statuses {
      responses["\(status)"] = [
        "description": Problem.title(status) + ".",
        "content": [
          "application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]
        ],
      ]
    }
    return responses
  }

  private func schema(_ fields: [Field]) -> [String: Any] {
    let properties = fields.map { ($0.name, kind($0)) }
    var schema: [String: Any] = [
      "type": "object", "additionalProperties": false,
      "properties": Dictionary(uniqueKeysWithValues: properties),
    ]
    let required = fields.filter(\.isRequired).map(\.name)
    if !required.isEmpty { schema["required"] = required }
    return schema
  }

  private func kind(_ field: Field) -> [String: Any] {
    // What may be left out may be null.
    func type(_ name: String) -> Any { field.isRequired ? name : [name, "null"] }
    var schema: [String: Any] =
      switch field.kind {
      case .string:
        [
          "type": type("string"), "minLength": field.length.lowerBound,
          "maxLength": field.length.upperBound,
        ]
      case .integer:
        [
          "type": type("integer"), "minimum": Int(field.range.lowerBound),
          "maximum": Int(field.range.upperBound),
        ]
      case .number: ["type": type("number")]
      case .boolean: ["type": type("boolean")]
      case .values:
        [
          "type": type("object"), "maxProperties": field.length.upperBound,
          "additionalProperties": ["$ref": "#/components/schemas/Value"],
        ]
      case .candidates: list(field, of: "Candidate")
      case .materials: list(field, of: "Material")
      }
    if field.kind == .number, field.range.upperBound < .greatestFiniteMagnitude {
      schema["minimum"] = field.range.lowerBound
      schema["maximum"] = field.range.upperBound
    }
    schema["description"] = field.description
    return schema
  }

  private func list(_ field: Field, of name: String) -> [String: Any] {
    [
      "type": "array", "minItems": field.length.lowerBound, "maxItems": field.length.upperBound,
      "items": ["$ref": "#/components/schemas/\(name)"],
    ]
  }

  private var securitySchemes: [String: Any] {
    [
      "token": [
        "type": "http", "scheme": "bearer",
        "description": "A token of the service. On the own machine none may be needed.",
      ]
    ]
  }

  private var schemas: [String: Any] {
    [
      "Value": [
        "oneOf": [
          ["type": "number"],
          [
            "type": "object", "additionalProperties": false, "required": ["value"],
            "properties": [
              "value": ["type": "number"], "spread": ["type": ["number", "null"]],
              "unit": ["type": ["string", "null"], "maxLength": 100],
            ],
          ],
        ]
      ],
      "Candidate": [
        "type": "object", "additionalProperties": false,
        "properties": [
          "formula": ["type": "string"],
          "variables": ["type": "object", "additionalProperties": ["type": "number"]],
        ],
      ],
      "Material": [
        "type": "object", "additionalProperties": false,
        "properties": [
          "name": ["type": ["string", "null"], "minLength": 1, "maxLength": 200],
          "formula": ["type": ["string", "null"], "minLength": 1, "maxLength": 1000],
          "structure": ["type": ["string", "null"], "minLength": 1, "maxLength": 4 << 20],
          "record": ["type": ["string", "null"], "minLength": 1, "maxLength": 64],
          "variables": [
            "type": ["object", "null"], "additionalProperties": ["type": "number"],
          ],
        ],
      ],
      "Problem": [
        "type": "object", "required": ["type", "title", "status", "detail", "instance"],
        "properties": [
          "type": ["type": "string"], "title": ["type": "string"], "status": ["type": "integer"],
          "detail": ["type": "string"], "instance": ["type": "string"],
        ],
      ],
    ]
  }
}
