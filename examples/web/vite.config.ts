import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  // The port is a part of the origin, which the server lists in CORS_ORIGINS.
  server: { port: 5173, strictPort: true },
  preview: { port: 5173, strictPort: true },
});
