"""What a screen reader sees of a Qt program: AT-SPI, spoken over D-Bus.

The interfaces are described in /usr/share/xml or https://gitlab.gnome.org/GNOME/at-spi2-core.
"""

from gi.repository import Gio, GLib

from virtual_screen import Rectangle, wait_until

PREFIX = "org.a11y.atspi."
REGISTRY = (PREFIX + "Registry", "/org/a11y/atspi/accessible/root")
CALL_TIMEOUT_MS = 60_000
SCREEN_COORDINATES = 0
# Bits of AT-SPI's state set.
STATES = {"checked": 4, "enabled": 8, "focused": 12, "selected": 23, "sensitive": 24,
          "showing": 25, "visible": 30}


class Gone(Exception):
    """The object, or the whole program, is no more."""


class Bus:
    """A connection to the accessibility bus."""

    def __init__(self, address):
        flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
                 | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        self._connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        self._connection.set_exit_on_close(False)

    def close(self):
        self._connection.close_sync(None)

    def call(self, place, interface, method, signature="", *arguments):
        parameters = GLib.Variant(f"({signature})", arguments) if signature else None
        try:
            answer = self._connection.call_sync(*place, interface, method, parameters, None,
                                                Gio.DBusCallFlags.NONE, CALL_TIMEOUT_MS, None)
        except GLib.Error as error:
            raise Gone(f"{place} {method}: {error.message}") from error
        return answer.unpack()

    def send(self, place, interface, method, signature, *arguments):
        """A call whose answer nobody awaits."""
        self._connection.call(*place, interface, method, GLib.Variant(f"({signature})", arguments),
                              None, Gio.DBusCallFlags.NONE, CALL_TIMEOUT_MS, None, None)

    def process_of(self, name):
        return self.call(("org.freedesktop.DBus", "/org/freedesktop/DBus"),
                         "org.freedesktop.DBus", "GetConnectionUnixProcessID", "s", name)[0]

    def application(self, process_id, seconds=60):
        """The root object of a program."""
        def found():
            for place in self.call(REGISTRY, PREFIX + "Accessible", "GetChildren")[0]:
                if self.process_of(place[0]) == process_id:
                    return Node(self, place)
            return None
        return wait_until(found, f"process {process_id} on the accessibility bus", seconds)


class Node:
    """A widget, or a cell or item of one."""

    def __init__(self, bus, place):
        self._bus = bus
        self._place = tuple(place)

    def __repr__(self):
        try:
            return f"<{self.role} {self.name!r}>"
        except Gone:
            return f"<gone {self._place[1]}>"

    def __eq__(self, other):
        return isinstance(other, Node) and self._place == other._place

    def __hash__(self):
        return hash(self._place)

    def _call(self, interface, method, signature="", *arguments):
        return self._bus.call(self._place, PREFIX + interface, method, signature, *arguments)[0]

    def _property(self, interface, name):
        return self._bus.call(self._place, "org.freedesktop.DBus.Properties", "Get", "ss",
                              PREFIX + interface, name)[0]

    def _node(self, place):
        return Node(self._bus, place) if place[1] != "/org/a11y/atspi/null" else None

    @property
    def name(self):
        return self._property("Accessible", "Name")

    @property
    def description(self):
        """Qt gives the tool tip, where there is no description."""
        return self._property("Accessible", "Description")

    @property
    def role(self):
        return self._call("Accessible", "GetRoleName")

    @property
    def parent(self):
        return self._node(self._property("Accessible", "Parent"))

    @property
    def children(self):
        return [Node(self._bus, place) for place in self._call("Accessible", "GetChildren")]

    @property
    def area(self):
        return Rectangle(*self._call("Component", "GetExtents", "u", SCREEN_COORDINATES))

    @property
    def text(self):
        """The text of a field that can be edited, or of a text view."""
        return self._call("Text", "GetText", "ii", 0, -1)

    def set_text(self, text):
        assert self._call("EditableText", "SetTextContents", "s", text)

    def _has(self, state):
        low, high = self._call("Accessible", "GetState")
        return bool((low | high << 32) >> STATES[state] & 1)

    @property
    def is_showing(self):
        """On the screen; what is on a hidden tab is not."""
        return self._has("showing") and self.area.width > 0

    @property
    def is_enabled(self):
        return self._has("enabled")

    @property
    def is_checked(self):
        return self._has("checked")

    @property
    def is_selected(self):
        return self._has("selected")

    @property
    def actions(self):
        return [action[0] for action in self._call("Action", "GetActions")]

    def act(self, action=None):
        """Does an action that the widget offers: the first, or the named one.

        Returns at once: what opens a modal dialog answers only when that is closed.
        """
        actions = self.actions
        index = actions.index(action) if action else 0
        assert actions and self.is_enabled, f"{self} cannot be used"
        self._bus.send(self._place, PREFIX + "Action", "DoAction", "i", index)

    def focus(self):
        return self._call("Component", "GrabFocus")

    # Tables: the rows of a table's children are its headers, too; these count data only.

    @property
    def row_count(self):
        return self._property("Table", "NRows")

    @property
    def column_count(self):
        return self._property("Table", "NColumns")

    def cell(self, row, column):
        return self._node(self._call("Table", "GetAccessibleAt", "ii", row, column))

    def row(self, row):
        cells = (self.cell(row, column) for column in range(self.column_count))
        return [cell.name if cell else "" for cell in cells]

    @property
    def headers(self):
        return [self._call("Table", "GetColumnDescription", "i", column)
                for column in range(self.column_count)]

    @property
    def rows(self):
        return [self.row(row) for row in range(self.row_count)]

    @property
    def selected_rows(self):
        return self._call("Table", "GetSelectedRows")

    def select_only(self, row):
        """Selects a row, and no other."""
        for other in self.selected_rows:
            self._call("Table", "RemoveRowSelection", "i", other)
        assert self._call("Table", "AddRowSelection", "i", row)

    # Below this widget.

    def walk(self, leaves=("table", "tree table", "tree", "list", "menu bar", "tool bar")):
        """This widget and all below it, but for what is in tables and lists."""
        yield self
        if self.role not in leaves:
            for child in self.children:
                yield from child.walk(leaves)

    def all(self, role, name=None, showing=True):
        """Widgets of a role below this one."""
        return [node for node in self.walk() if node.role == role
                and (name is None or node.name == name) and (not showing or node.is_showing)]

    def one(self, role, name=None, seconds=20, showing=True):
        """The first widget of a role (and name) below this one, waited for."""
        def found():
            try:
                return next(iter(self.all(role, name, showing)), None)
            except Gone:    # while the window is being built
                return None
        return wait_until(found, f"a {role} {name or ''} in {self}", seconds)
