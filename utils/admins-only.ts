/** The error page of an admin's page, for everybody else. */
export const adminsOnly = () => createError({ statusCode: 403, message: 'Only admins see this page.' })
