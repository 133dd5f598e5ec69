using Microsoft.AspNetCore.Http;

namespace PipelineTrigger.Emulator.Hosting;

internal static class AnswerSender
{
    public static async Task SendAsync(HttpContext http, Answer answer)
    {
        SetHead(http, answer, answer.Body.Length);
        if (!answer.Body.IsEmpty && !HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.BodyWriter.WriteAsync(answer.Body, http.RequestAborted);
        }
    }

    public static void SetHead(HttpContext http, Answer answer, long length)
    {
        var response = http.Response;
        response.StatusCode = answer.Status;
        if (answer.ContentType is { } type)
        {
            response.ContentType = type;
        }
        if (answer.Headers is { } headers)
        {
            foreach (var (name, value) in headers)
            {
                response.Headers[name] = value;
            }
        }
        if (answer.Status is not (204 or 304))
        {
            response.ContentLength = length;
        }
    }
}
