/// <reference types="astro/client" />
/// <reference types="@clerk/astro/env" />
