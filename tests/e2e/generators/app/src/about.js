export const text = "About this app";
