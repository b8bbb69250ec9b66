// Base plate: a pocket that the tray stands in, and the contact switch under it.
include <parameters.scad>

module base_plate() {
    half = base_side / 2;
    pocket = tray_half + base_fit;
    cavity_top = floor_z - base_ceiling;
    slot_y = [-switch_width / 2 - fit, switch_width / 2 + fit];
    slot_x = [-switch_length / 2 - fit, switch_length / 2 + fit];
    difference() {
        translate([0, 0, base_bottom]) linear_extrude(base) offset(6) square(base_side - 12, center = true);
        // pocket with a lead-in
        box([-pocket, pocket], [-pocket, pocket], [floor_z, base_top + 1]);
        hull() {
            box([-pocket, pocket], [-pocket, pocket], [base_top - 1.2, base_top - 1.19]);
            box([-pocket - 1.3, pocket + 1.3], [-pocket - 1.3, pocket + 1.3], [base_top + 0.1, base_top + 0.2]);
        }
        box(slot_x, slot_y, [base_bottom - 1, floor_z + 1]);
        // room for fingers and solder beside the wall that holds the switch
        box([-20, 20], [slot_y[1] + switch_wall, 26], [base_bottom - 1, cavity_top]);
        box([-12, 12], [-14, slot_y[0] + 0.1], [base_bottom - 1, cavity_top]);
        difference() {  // the lead winds around three pegs: a pull does not reach the switch
            box([-4, 4], [20, half + 1], [base_bottom - 1, base_bottom + 4]);
            for (peg = [[-1.6, 36], [1.6, 42], [-1.6, 48]]) translate([peg[0], peg[1], base_bottom]) cylinder(d = 2.6, h = 5);
        }
        for (x = [-1, 1]) translate([x * switch_pitch / 2, 0, switch_z])
            rotate([-90, 0, 0]) cylinder(d = switch_hole, h = slot_y[1] + switch_wall + 1);
        for (x = [-1, 1], y = [-1, 1]) translate([x * (half - 9), y * (half - 9), base_bottom - 0.1])
            cylinder(d = 10.5, h = 1.1);                                      // rubber feet
    }
}

multmatrix(print_base) base_plate();
