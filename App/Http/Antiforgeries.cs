using Microsoft.AspNetCore.Antiforgery;

namespace Downbeat.Http;

/// <summary>A browser sends its cookie with every request, also one that another site made it send; so whoever comes by cookie and changes something shows a token too.</summary>
internal static class Antiforgeries
{
    /// <summary>Header that carries the token; pages find it in <c>&lt;meta name="csrf-token"&gt;</c>.</summary>
    public const string Header = "X-CSRF-TOKEN";

    /// <summary>Adds the check to all endpoints of a group.</summary>
    public static RouteGroupBuilder WithAntiforgeryForCookies(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            if (ComesByCookie(http) && !await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http))
            {
                throw new StudioProblem(400, "request.antiforgery", $"The page is out of date: reload it and try again. (The {Header} header is missing or old.)");
            }

            return await next(context);
        });
        return group;
    }

    // Who sends a bearer token is never signed in by cookie, and no other site can make a browser send that header.
    private static bool ComesByCookie(HttpContext http) =>
        !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || HttpMethods.IsOptions(http.Request.Method))
        && http.User.Identity?.IsAuthenticated == true
        && !http.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase);
}
