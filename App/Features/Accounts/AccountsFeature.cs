using System.Security.Claims;
using Downbeat.Data;
using Downbeat.Http;
using Downbeat.Jobs;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Accounts;

/// <summary>The door to accounts: cookies for the browser, bearer tokens for programs, both by ASP.NET Core Identity.</summary>
internal static class AccountsFeature
{
    /// <summary>Registers Identity, its cookies and tokens, and the key ring.</summary>
    public static void AddAccounts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<QuotaOptions>().Bind(configuration.GetSection("Quotas")).ValidateDataAnnotations().ValidateOnStart();
        services.AddIdentityApiEndpoints<User>(options =>
            {
                options.User.RequireUniqueEmail = true;
                options.Password.RequiredLength = 8;
                options.Password.RequireNonAlphanumeric = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireDigit = false;
                options.Lockout.MaxFailedAccessAttempts = 5;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
            })
            .AddRoles<IdentityRole<Guid>>()
            .AddUserManager<Registrar>()
            .AddEntityFrameworkStores<StudioDb>();
        services.ConfigureApplicationCookie(cookie =>
        {
            cookie.Cookie.Name = "downbeat";
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.LoginPath = "/account/login";
            cookie.AccessDeniedPath = "/not-found";
            cookie.ExpireTimeSpan = TimeSpan.FromDays(14);
            cookie.Events.OnRedirectToLogin = context => Redirect(context.HttpContext, context.RedirectUri, StatusCodes.Status401Unauthorized);
            cookie.Events.OnRedirectToAccessDenied = context => Redirect(context.HttpContext, context.RedirectUri, StatusCodes.Status404NotFound);
        });

        // A browser's WebSocket cannot send headers; the hub takes the token from the address instead.
        services.AddOptions<BearerTokenOptions>(IdentityConstants.BearerScheme).Configure(bearer => bearer.Events.OnMessageReceived = context =>
        {
            if (context.Request.Path.StartsWithSegments("/hubs") && context.Request.Query["access_token"] is [{ } token])
            {
                context.Token = token;
            }

            return Task.CompletedTask;
        });
        // Whoever is not signed in is sent to the page for it; the cookie's events turn that into a bare status for programs.
        services.Configure<AuthenticationOptions>(authentication =>
            authentication.DefaultChallengeScheme = authentication.DefaultForbidScheme = IdentityConstants.ApplicationScheme);
        services.AddAuthorization();

        // In the database: every instance that shares it takes the others' sign-ins.
        services.AddDataProtection().SetApplicationName("Downbeat").PersistKeysToDbContext<StudioDb>();
    }

    /// <summary>POST /auth/register · /auth/login · /auth/refresh (and Identity's other routes) · GET /auth/me</summary>
    public static void MapAccounts(this IEndpointRouteBuilder open, IEndpointRouteBuilder api)
    {
        open.MapGroup("/auth").WithTags("Accounts").WithPlainRefusals().RequireRateLimiting(RateLimits.SignIn).MapIdentityApi<User>();
        api.MapGet("/auth/me", MeAsync).WithTags("Accounts");
    }

    private static async Task<AccountView> MeAsync(Registrar users, IOptions<QuotaOptions> quotas, IOptions<WaitingQuota> work, ClaimsPrincipal principal, CancellationToken stop)
    {
        var profile = await users.ProfileAsync(principal.UserId(), stop);
        return new(profile.Id, profile.Email, profile.DisplayName, profile.Roles, new(quotas.Value.Songs, work.Value.WaitingJobs));
    }

    private static Task Redirect(HttpContext http, string to, int apiStatus)
    {
        if (http.Request.Path.StartsWithSegments("/api") || http.Request.Path.StartsWithSegments("/hubs"))
        {
            http.Response.StatusCode = apiStatus;
        }
        else
        {
            http.Response.Redirect(to);
        }

        return Task.CompletedTask;
    }
}

/// <summary>The caller's account.</summary>
internal sealed record AccountView(Guid Id, string Email, string DisplayName, IList<string> Roles, QuotaView Quotas);

/// <summary>What the caller may have.</summary>
internal sealed record QuotaView(int Songs, int WaitingJobs);
