using Downbeat.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.ResponseCompression;
using Scalar.AspNetCore;

namespace Downbeat.Http;

/// <summary>What every route has in common: JSON, problem documents, compression, headers, the API's description.</summary>
internal static class HttpFeature
{
    private const string PagePolicy =
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; " +
        "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Registers them.</summary>
    public static void AddHttp(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddProblems();
        services.AddProxies(configuration);
        services.AddRateLimits(configuration);
        services.ConfigureHttpJsonOptions(json => ApiJson.Apply(json.SerializerOptions));
        services.AddSignalR().AddJsonProtocol(json => ApiJson.Apply(json.PayloadSerializerOptions));
        services.AddAntiforgery(antiforgery => antiforgery.HeaderName = Antiforgeries.Header);
        services.AddResponseCompression(compression => compression.EnableForHttps = true);
        services.AddSingleton<IResponseCompressionProvider, LargeAnswersOnly>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, HiddenFromOthersAttribute.ResultHandler>();
        services.AddOpenApi("v1");
        services.AddSingleton<WarmUp>();
        services.AddHealthChecks().AddCheck<WarmUp>("warm-up");
    }

    /// <summary>Puts them around every request, outermost first.</summary>
    public static void UseHttpHabits(this WebApplication app)
    {
        app.UseRefusalWhileStopping();
        app.UseProxies();
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseResponseCompression();

        // The API fills its empty refusals with problem documents; what is still empty after that is a page.
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api"), api => api.UseStatusCodePages());
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            if (!context.Request.Path.StartsWithSegments("/docs"))
            {
                headers.ContentSecurityPolicy = PagePolicy;
            }

            return next(context);
        });
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/_blazor"), circuits => circuits.Use((context, next) =>
        {
            Caller.Note(context);
            return next(context);
        }));
        app.UseAuthorization();
        app.UseOwnWrites();
        app.UseAntiforgery();
    }

    /// <summary>The groups that rooms map their endpoints to.</summary>
    /// <param name="app">The application.</param>
    /// <param name="open">For those who are not signed in yet.</param>
    /// <returns>For those who are.</returns>
    public static RouteGroupBuilder MapApi(this WebApplication app, out RouteGroupBuilder open)
    {
        app.MapOpenApi().AllowAnonymous();
        app.MapScalarApiReference("/docs", docs => docs.WithTitle("Downbeat API").DisableDefaultFonts()).AllowAnonymous();
        open = app.MapGroup("/api/v1").WithAntiforgeryForCookies();
        return app.MapGroup("/api/v1").RequireAuthorization().WithAntiforgeryForCookies().WithEntityTags();
    }

    /// <summary>Whoever has just written something reads it, also where lists come from a replica. Said twice: what they read meanwhile may be of before, and what follows must not be.</summary>
    private static void UseOwnWrites(this WebApplication app)
    {
        var replica = app.Services.GetRequiredService<ReadReplica>();
        app.UseWhen(
            context => !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && context.User.Identity is { IsAuthenticated: true },
            writes => writes.Use(async (context, next) =>
            {
                var writer = context.User.UserId();
                replica.Changed(writer);
                try
                {
                    await next(context);
                }
                finally
                {
                    replica.Changed(writer);
                }
            }));
    }

    /// <summary>
    /// A browser whose WebSocket is closed at shutdown reconnects at once, while the server still accepts, and would hold it open for half a minute. So whoever comes
    /// after the end has begun is sent away.
    /// </summary>
    private static void UseRefusalWhileStopping(this WebApplication app) => app.Use((context, next) =>
    {
        if (!app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.Connection = "close";
        return Task.CompletedTask;
    });

    /// <summary>Answers that are known to be small are not worth the work; those of the API that are read say how long they are.</summary>
    private sealed class LargeAnswersOnly(IServiceProvider services, Microsoft.Extensions.Options.IOptions<ResponseCompressionOptions> options)
        : ResponseCompressionProvider(services, options)
    {
        public override bool ShouldCompressResponse(HttpContext context) =>
            context.Response.ContentLength is null or > 1024 && base.ShouldCompressResponse(context);
    }
}
