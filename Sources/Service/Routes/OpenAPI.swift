import Foundation

/// The OpenAPI 3.1 document, made from the table of routes.
struct OpenAPI {
  private let routes: [Route]

  init(_ routes: [Route]) {
    self.routes = routes
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
      let schema: [String: Any] =
        name == "number" ? ["type": "integer", "minimum": 1] : ["type": "string"]
      parameters.append(["name": name, "in": "path", "required": true, "schema": schema])
    }
    for (name, description) in route.query {
      let schema: [String: Any] = ["type": name == "status" ? "string" : "integer"]
      parameters.append([
        "name": name, "in": "query", "required": false, "description": description,
        "schema": schema,
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
    var statuses = Set(route.statuses + [400, 429, 503])
    if route.scope != nil { statuses.formUnion([401, 403]) }
    if route.path.contains("{") { statuses.insert(404) }
    if route.method == .post { statuses.formUnion([408, 413, 415, 507]) }
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
    var schema: [String: Any] =
      switch field.kind {
      case .string: ["type": "string", "maxLength": 10_000]
      case .integer: ["type": "integer"]
      case .number: ["type": "number"]
      case .boolean: ["type": "boolean"]
      case .values:
        ["type": "object", "additionalProperties": ["$ref": "#/components/schemas/Value"]]
      case .candidates:
        ["type": "array", "items": ["$ref": "#/components/schemas/Candidate"]]
      case .materials:
        ["type": "array", "items": ["$ref": "#/components/schemas/Material"]]
      }
    schema["description"] = field.description
    return schema
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
              "unit": ["type": ["string", "null"]],
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
          "name": ["type": "string", "minLength": 1], "formula": ["type": "string", "minLength": 1],
          "structure": ["type": "string", "minLength": 1],
          "record": ["type": "string", "minLength": 1],
          "variables": ["type": "object", "additionalProperties": ["type": "number"]],
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
