// Plate carrier: hangs on the free end of the grip cell, takes any plate.
include <parameters.scad>

module carrier() {
    floor_x = carrier_x1 - groove;
    difference() {
        union() {
            box([carrier_x0, carrier_x1], [-plate_half, plate_half], [-plate_half, plate_half]);
            box([carrier_x0, floor_x - 0.05], [plate_half - 1, carrier_y1], [-cell_width / 2, cell_width / 2]);
        }
        along_y(-plate_half + groove_stop, plate_half + 0.1)
            translate([carrier_x1 + 0.01, 0]) dovetail(groove + 0.01, groove_mouth);
        // to push a plate out
        box([floor_x, carrier_x1 + 1], [-plate_half - 1, -plate_half + groove_stop + 1], [-3, 3]);
        for (at = carrier_holes) {
            m3_hole_x(at, carrier_x0, carrier_x1);
            m3_countersink_x(at, floor_x - 0.05, -1);
        }
    }
}

multmatrix(print_carrier) carrier();
