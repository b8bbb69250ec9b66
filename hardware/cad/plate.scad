// Grip plate: a shoe that slides onto the carrier from the subject's side and ends at its front end;
// the surface sheet is taped on. Printed standing on its open end: no overhang.
include <parameters.scad>

shoe_y0 = -plate_half - shoe_stop;

module shoe() {
    back = carrier_x0 - lip_gap - lip;
    difference() {
        box([back, carrier_x1 + 0.1], [shoe_y0, plate_half], [-plate_half, plate_half]);
        // the bar, and the way between the lips
        box([carrier_x0 - lip_gap, carrier_x1 + 1], [-plate_half, plate_half + 1],
            [-carrier_half - shoe_gap, carrier_half + shoe_gap]);
        box([back - 1, carrier_x1 + 1], [shoe_y0 - 1, plate_half + 1], [-carrier_half + lip_cover, carrier_half - lip_cover]);
    }
    for (side = [-1, 1])  // crushed by the bar: no play
        box([carrier_x1 - 1, carrier_x1 + 0.1], [-plate_half + 4, plate_half - 2],
            side > 0 ? [carrier_half - 0.1, carrier_half + shoe_gap + 0.1] : [-carrier_half - shoe_gap - 0.1, -carrier_half + 0.1]);
}

module plate_face(x0, x1) {
    box([x0, x1], [shoe_y0, plate_half], [-plate_half, plate_half]);
}

module plate() {
    difference() {
        union() {
            shoe();
            plate_face(carrier_x1, plate_x1);
        }
        // rounded edges where fingers come: the two that run along y
        for (side = [0, 1]) mirror([0, 0, side]) along_y(shoe_y0 - 1, plate_half + 1)
            polygon([[plate_x1 - plate_edge, plate_half + 1], [plate_x1 + 1, plate_half + 1], [plate_x1 + 1, plate_half - plate_edge],
                     [plate_x1, plate_half - plate_edge], [plate_x1 - plate_edge, plate_half]]);
    }
}

multmatrix(print_plate) plate();
