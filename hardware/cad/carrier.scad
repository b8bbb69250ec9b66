// Plate carrier: an aluminium flat bar 30 x 3 mm on the free end of the grip cell; plates slide onto it.
include <parameters.scad>

module carrier() {
    difference() {
        box([carrier_x0, carrier_x1], [-plate_half, cell_y], [-carrier_half, carrier_half]);
        for (at = carrier_holes) {
            m3_hole_x(at, carrier_x0, carrier_x1);
            m3_countersink_x(at, carrier_x1, -1);
        }
    }
}

multmatrix(print_carrier) carrier();
