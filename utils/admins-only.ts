/** The error for users who open an admin page without the role. */
export const adminsOnly = () => createError({ statusCode: 403, message: 'Only admins can see this page.' })
