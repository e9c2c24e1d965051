/// A value that few things have, kept apart from them: so what has none is small, and copying it
/// counts no references.
@frozen public struct Rare<Value: Hashable & Sendable>: Hashable, Sendable {
  @usableFromInline final class Box: Sendable {
    @usableFromInline let value: Value
    @inlinable init(_ value: Value) { self.value = value }
  }

  @usableFromInline var box: Box?

  /// No value.
  @inlinable public init() { box = nil }

  /// Makes a value, or none.
  @inlinable public init(_ value: Value?) {
    if let value { box = Box(value) } else { box = nil }
  }

  /// The value; nil where there is none.
  @inlinable public var value: Value? { if let box { box.value } else { nil } }
  /// Whether there is one.
  @inlinable public var exists: Bool { box != nil }

  /// Whether both have equal values, or none.
  @inlinable public static func == (one: Rare, other: Rare) -> Bool {
    one.box === other.box || one.value == other.value
  }

  /// Feeds the value to a hasher.
  @inlinable public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

extension Rare where Value: RangeReplaceableCollection {
  /// The elements; none where there is no value.
  @inlinable public var elements: Value {
    get { if let box { box.value } else { Value() } }
    set { box = newValue.isEmpty ? nil : Box(newValue) }
  }
}

/// A list that mostly has one element or none, which then needs no memory of its own.
@frozen public struct Few<Element: Hashable & Sendable>: Hashable, Sendable {
  /// The first element.
  @usableFromInline var one: Element?
  /// All elements, where there are several.
  @usableFromInline var several: Rare<[Element]>

  /// An empty list.
  @inlinable public init() {
    one = nil
    several = Rare()
  }

  /// The first element.
  @inlinable public var first: Element? { one }
  /// Whether there is none.
  @inlinable public var isEmpty: Bool { one == nil }

  /// The elements as an array.
  @inlinable public var elements: [Element] {
    get {
      if let all = several.value { return all }
      if let one { return [one] }
      return []
    }
    set {
      one = newValue.first
      several = newValue.count > 1 ? Rare(newValue) : Rare()
    }
  }

  /// Adds an element at the end.
  @inlinable public mutating func append(_ element: Element) {
    if one == nil { one = element } else { elements.append(element) }
  }
}
