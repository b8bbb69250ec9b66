// Grip plate: its dovetail slides into the carrier from behind; the surface sheet is taped on.
include <parameters.scad>

module plate_tenon() {
    y0 = -plate_half + groove_stop + tenon_gap;
    depth = groove - tenon_gap;
    along_y(y0, plate_half)
        translate([carrier_x1, 0]) dovetail(depth, groove_mouth - tenon_gap);
    for (z = [-6, 6])  // clear of the carrier's screw heads
       
        box([carrier_x1 - depth - rib, carrier_x1 - depth + 0.1], [y0 + 3, plate_half - 1], [z - 0.4, z + 0.4]);
}

module plate_face(x0, x1) {
    translate([x0, 0, 0]) rotate([90, 0, 90]) linear_extrude(x1 - x0)
        offset(plate_corner) square(plate_side - 2 * plate_corner, center = true);
}

module plate() {
    plate_face(carrier_x1, plate_x1);
    plate_tenon();
}

multmatrix(print_plate) plate();
