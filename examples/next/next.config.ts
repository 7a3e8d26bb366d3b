import type { NextConfig } from 'next'

export default {
  // A tunnel's host.
  allowedDevOrigins: process.env.ALLOWED_HOSTS?.split(','),
} satisfies NextConfig
